import Communication
import Datasets
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@testable import Training

@Suite struct EvaluatorTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private static func replica(largestBatch: Int = EvaluationPlan.blockSize) throws -> Replica {
        let model = try NeuralNetwork.Model(
            inputShape: [28, 28, 1], .multilayerPerceptron(widths: [6], classes: 10))
        let replica = try Replica(
            model, loss: .crossEntropy, ComputePlan(threads: 1), targets: [GradientTarget(model)],
            largestPass: largestBatch)
        model.initialize(replica.values, seed: 9)
        return replica
    }

    private func evaluations(ranks: Int, _ path: String) throws -> [Evaluation] {
        try ThreadCommunicator.run(size: ranks) {
            let dataset = try FashionMNIST.load(path: path, split: .test)
            return try Evaluator(dataset).evaluate(Self.replica(), over: $0)
        }
    }

    /// Three blocks, the last of them short; with five ranks some have none.
    @Test func evaluate_anyNumberOfRanks_givesTheSameBits() throws {
        let path = try folder.writeDataset(validation: 600)
        let one = try #require(try evaluations(ranks: 1, path).first)
        #expect(one.sampleCount == 600)
        for ranks in 2...5 {
            #expect(try evaluations(ranks: ranks, path) == Array(repeating: one, count: ranks))
        }
    }

    /// What one is asked, all must heed; and the one begins no further block.
    @Test(arguments: [1, 3]) func evaluate_oneRankAskedToStop_endsOnAll(ranks: Int) throws {
        let path = try folder.writeDataset(validation: 1_600)
        let questions = try ThreadCommunicator.run(size: ranks) { communicator in
            var questions = 0
            let evaluator = Evaluator(try FashionMNIST.load(path: path, split: .test))
            #expect(throws: EvaluationStopped.self) {
                try evaluator.evaluate(Self.replica(), over: communicator) {
                    questions += 1
                    return communicator.rank == 0 && questions == 2
                }
            }
            return questions
        }
        #expect(questions.dropFirst().allSatisfy { $0 >= 2 } && questions[0] >= 2)
    }

    /// Sample by sample, and all in one batch: each is counted once.
    @Test(arguments: [1, 255, 256, 257, 600])
    func evaluate_anyCount_isTheMeanOverAllSamples(count: Int) throws {
        let path = try folder.writeDataset(validation: count)
        let dataset = try FashionMNIST.load(path: path, split: .test)
        let replica = try Self.replica(largestBatch: count)
        let samples = (0..<Int32(count)).map { $0 }
        let whole = try samples.withUnsafeBufferPointer { try replica.evaluate($0, of: dataset) }
        let single = try samples.map { sample in
            try withUnsafePointer(to: sample) {
                try replica.evaluate(UnsafeBufferPointer(start: $0, count: 1), of: dataset)
            }
        }
        let result = try #require(try evaluations(ranks: 2, path).first)
        let meanLoss = single.reduce(0) { $0 + $1.lossSum } / Double(count)
        #expect(abs(result.loss - meanLoss) <= 1e-6 * meanLoss)
        #expect(abs(result.loss - whole.lossSum / Double(count)) <= 1e-6 * meanLoss)
        #expect(result.accuracy == Double(single.reduce(0) { $0 + $1.correct }) / Double(count))
        #expect(result.sampleCount == count)
    }

    @Test(arguments: [1, 3])
    func evaluation_ofTheLastCheckpoint_givesWhatTheRunReported(ranks: Int) throws {
        var experiment = smallExperiment(try folder.writeDataset(validation: 300))
        experiment.training.steps = 4
        let run = folder.path + "/run"
        let outcome = try #require(TestRun(experiment, runDirectory: run).alone().outcome)
        let file = run + "/checkpoints/step-00000004.safetensors"
        let results = try ThreadCommunicator.run(size: ranks) {
            try CheckpointEvaluation.run(file, split: .test, threads: 1, over: $0)
        }
        for result in results {
            #expect(result.accuracy == outcome.validationAccuracy && result.samples == 300)
            #expect(result.sentence.contains("300 test samples"))
        }
    }
}
