import DataParallel
import Datasets
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@testable import Training

@Suite struct MemoryNeedTests {
    /// 784 · 100 + 100 + 100 · 10 + 10 parameters, in four pieces on cache lines; tensors of 100 and 10.
    private func need(trained: Int, evaluated: Int = 0) throws -> MemoryNeed {
        let model = try NeuralNetwork.Model(
            inputShape: [28, 28, 1], .multilayerPerceptron(widths: [100], classes: 10))
        #expect(model.tensorCount == 110)
        return MemoryNeed(model: model, storages: 4, trained: trained, evaluated: evaluated)
    }

    @Test func require_justEnough_isGranted() throws {
        let need = try need(trained: 60, evaluated: 20)
        let bytes = 4 * (4 * need.model.storageCount + 60 * 784 + (2 * 60 + 20) * 110)
        try need.require(ranks: 1, available: bytes)
        try need.require(ranks: 3, available: 3 * bytes)
        #expect(throws: ModelError.self) { try need.require(ranks: 1, available: bytes - 1) }
        #expect(throws: ModelError.self) { try need.require(ranks: 3, available: 3 * bytes - 1) }
    }

    @Test func require_tooMuchForTheHost_namesModelAndBatch() throws {
        let error = #expect(throws: ModelError.self) {
            try need(trained: 1 << 20).require(ranks: 2, available: 4 << 30)
        }
        #expect(
            try #require(error).description
                == "model: 79510 parameters take 0.0 GiB with gradients and optimizer and a pass over 1048576 samples "
                + "3.9 GiB, on each of this host's ranks (2), but the host has 4.0 GiB: make the model or "
                + "training.globalBatchSize smaller.")
    }

    /// What is certain is counted and nothing else: neither does the estimate refuse what fits, nor let through twice the host's memory.
    @Test(arguments: [
        Experiment.Architecture.softmaxRegression, .mlp(widths: [300, 100]), .lenet, .cnn, .resnet8,
    ])
    func tensors_ofATrainingAndItsValidation_areAboutWhatIsTaken(_ architecture: Experiment.Architecture) throws {
        let folder = try TemporaryFolder()
        let dataset = try FashionMNIST.load(path: folder.writeDataset(), split: .train)
        var experiment = Experiment(name: "measured")
        experiment.model.architecture = architecture
        let model = try experiment.makeModel()
        let plan = ComputePlan(experiment, model, threads: 1, rank: 0, size: 1)
        let need = MemoryNeed(
            training: model, plan, .fast(bucketByteLimit: nil), rankCount: 1, stateCount: 0, largestStep: 150,
            validation: 100)

        let replica = try Replica(model, loss: .crossEntropy, plan, targets: [GradientTarget(model)], largestPass: 150)
        model.initialize(replica.values, seed: 1)
        try (0..<150).map(Int32.init).withUnsafeBufferPointer {
            _ = try replica.computeGradients(Samples(seed: 0, step: 0, indices: $0), of: dataset, clock: PhaseClock())
            _ = try replica.evaluate(UnsafeBufferPointer(rebasing: $0[..<100]), of: dataset)
        }
        let taken = Double(replica.pooledByteCount)
        // The input lies outside of the tape.
        let counted = need.tensorBytes - Double(150 * 784 * 4)
        #expect(counted <= taken && taken <= 2 * counted + 1e6, "\(counted) counted, \(taken) taken")
    }

    @Test func training_onSeveralThreads_countsTheirRowsAndPasses() throws {
        var experiment = Experiment(name: "threads")
        let model = try experiment.makeModel()
        func need(_ threads: Int, size: Int = 1, _ mode: GradientAverager.Mode) -> MemoryNeed {
            let plan = ComputePlan(experiment, model, threads: threads, rank: 0, size: size)
            return MemoryNeed(
                training: model, plan, mode, rankCount: size, stateCount: 1, largestStep: 256,
                validation: 10_000)
        }
        // The CNN is computed in pieces of 32 samples.
        let (one, two) = (need(1, .fast(bucketByteLimit: nil)), need(2, .fast(bucketByteLimit: nil)))
        #expect(one.storages == 3 && one.exchanged == 0 && one.trained == 32 && one.evaluated == 256)
        #expect(two.storages == 4 && two.exchanged == 0 && two.trained == 64 && two.evaluated == 512)
        experiment.dataParallel.reproducible = true
        let reproducible = need(1, .reproducible(ShardPlan(shardCount: 8, rankCount: 1)))
        #expect(reproducible.storages == 10 && reproducible.exchanged == model.storageCount)
        #expect(need(1, size: 4, .reproducible(ShardPlan(shardCount: 8, rankCount: 4))).storages == 4)
    }

    @Test func require_messages_areCounted() throws {
        var need = try need(trained: 0)
        let bytes = 4 * 4 * need.model.storageCount
        try need.require(ranks: 1, available: bytes)
        need.exchanged = 1
        #expect(throws: ModelError.self) { try need.require(ranks: 1, available: bytes) }
    }

    @Test func available_onThisHost_isPositive() {
        #expect(MemoryNeed.available > 0)
    }
}
