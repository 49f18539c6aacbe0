import Communication
import DataParallel
import Foundation
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@testable import Training

/// What a configuration can change about how a step is computed, against the plain way.
@Suite struct StepModesTests {
    private let folder: TemporaryFolder
    private let experiment: Experiment

    init() throws {
        folder = try TemporaryFolder()
        var experiment = smallExperiment(try folder.writeDataset())
        experiment.optimizer.momentum = 0
        experiment.optimizer.nesterov = false
        experiment.logging.everySteps = 1
        self.experiment = experiment
    }

    private func train(
        ranks: Int = 1, threads: Int = 1, layers: String? = nil, _ change: (inout Experiment) -> Void
    ) throws -> Metrics {
        var own = experiment
        if let layers {
            own.model = try Experiment(yaml: "name: layers\nmodel: {layers: \(layers)}", source: "the test").model
        }
        change(&own)
        let directory = "\(folder.path)/\(UUID().uuidString)"
        var run = TestRun(own, runDirectory: directory, ranks: ranks)
        run.options.threads = threads
        let outcomes = try run.onThreads()
        if let error = outcomes.lazy.compactMap(\.error).first { throw error }
        return try Metrics(runDirectory: directory)
    }

    private func expectSameLosses(_ found: Metrics, _ expected: Metrics, _ what: String) {
        for (event, field) in [("step", "loss"), ("epoch", "validationLoss")] {
            expectClose(found.values(of: field, in: event), expected.values(of: field, in: event), "\(what): \(field)")
        }
    }

    private static let convolutional =
        "[{conv2d: {channels: 5, kernel: 3, padding: 1}}, relu, {maxPool: 4}, flatten, {linear: 10}]"
    private static let normalised = "[flatten, {linear: 12}, batchNorm, relu, {linear: 10}]"

    /// More pieces than samples, and pieces on several ranks, are the big batch all the same.
    @Test(arguments: [1, 2, 3], [2, 5, 40])
    func accumulation_anyNumberOfPieces_isTheBigBatch(ranks: Int, pieces: Int) throws {
        let plain = try train { _ in }
        let cut = try train(ranks: ranks) { $0.training.accumulationSteps = pieces }
        expectSameLosses(cut, plain, "\(pieces) pieces on \(ranks) ranks")
    }

    @Test func accumulation_withBatchSize_multipliesTheGlobalBatch() throws {
        let plain = try train { $0.training.batch = .global(24) }
        let cut = try train(ranks: 2) {
            $0.training.batch = .perRank(4)
            $0.training.accumulationSteps = 3
        }
        expectSameLosses(cut, plain, "4 samples in 3 pieces on 2 ranks")
    }

    /// Threads that take pieces of their own add their gradients; the order of additions is all that differs.
    @Test(arguments: [2, 3, 7])
    func threads_onPiecesOfAConvolution_areTheSliceAtOnce(threads: Int) throws {
        let one = try train(layers: Self.convolutional) { _ in }
        expectSameLosses(
            try train(threads: threads, layers: Self.convolutional) { _ in }, one, "\(threads) threads")
        // One sample in the last step: all threads but one have none.
        let uneven: (inout Experiment) -> Void = { $0.training.batch = .global(149) }
        expectSameLosses(
            try train(threads: threads, layers: Self.convolutional, uneven),
            try train(layers: Self.convolutional, uneven), "\(threads) threads, one sample")
    }

    @Test(arguments: [2, 3])
    func overlap_inBuckets_isTheMessageAtOnce(ranks: Int) throws {
        let once = try train(ranks: ranks) { $0.dataParallel.overlap = .never }
        let buckets = try train(ranks: ranks) {
            $0.dataParallel.overlap = .always
            $0.dataParallel.bucketByteLimit = 64
        }
        expectSameLosses(buckets, once, "buckets")
    }

    /// Bits do not tell when a bucket left: the backward pass must be observed.
    @Test(arguments: [(Experiment.Overlap.always, 2, true), (.never, 2, false), (.auto, 2, false), (.always, 1, false)])
    func overlap_asAskedFor_observesTheBackwardPass(overlap: Experiment.Overlap, ranks: Int, observes: Bool) throws {
        var own = experiment
        own.dataParallel.overlap = overlap
        own.dataParallel.bucketByteLimit = 64
        let found = try ThreadCommunicator.run(size: ranks) { [own] communicator in
            var options = TrainingOptions()
            (options.threads, options.writesRun) = (1, false)
            let setup = try TrainerSetup(
                own, options, over: communicator, logger: MessageCollector().logger(rank: communicator.rank),
                console: nil)
            return setup.observer != nil
        }
        #expect(found == Array(repeating: observes, count: ranks))
    }

    /// Statistics of all ranks make the ranks one, also where some have no sample in the last step.
    @Test(arguments: [2, 3, 5])
    func batchNorm_global_isTheWholeBatch(ranks: Int) throws {
        let change: (inout Experiment) -> Void = {
            $0.training.batch = .global(49)
            $0.optimizer.learningRate = 0.02
        }
        let one = try train(layers: Self.normalised, change)
        let several = try train(ranks: ranks, layers: Self.normalised) {
            change(&$0)
            $0.dataParallel.batchNorm = .global
        }
        expectSameLosses(several, one, "\(ranks) ranks")
    }

    /// In fast mode the shards' statistics are those of reproducible mode; only sums are added in another order.
    @Test(arguments: [1, 2, 3])
    func batchNorm_logicalShard_isThatOfReproducibleMode(ranks: Int) throws {
        let reproducible = try train(layers: Self.normalised) { $0.dataParallel.reproducible = true }
        let fast = try train(ranks: ranks, threads: 2, layers: Self.normalised) {
            $0.dataParallel.batchNorm = .logicalShard
        }
        expectSameLosses(fast, reproducible, "\(ranks) ranks")
    }

    /// Plain descent moves by rate times gradient, so what is clipped cannot move further than rate times norm.
    @Test func clipNorm_small_boundsTheStep() throws {
        func distances(_ norm: Double?, ranks: Int) throws -> [Double] {
            var own = experiment
            own.training.clipNorm = norm
            own.optimizer.weightDecay = 0
            own.training.steps = 1
            var run = TestRun(own, ranks: ranks)
            let distances = DistanceBox()
            run.interfere = { trainer in
                let values = trainer.replica.values
                let before = values.array
                _ = try trainer.benchmarkStep()
                let moved = zip(values.array, before).reduce(0.0) { $0 + pow(Double($1.0 - $1.1), 2) }.squareRoot()
                if trainer.communicator.rank == 0 { distances.values.append(moved / 0.05) }
            }
            _ = try run.onThreads()
            return distances.values
        }
        let free = try #require(try distances(nil, ranks: 1).first)
        #expect(free > 0.1)
        for ranks in [1, 3] {
            let clipped = try #require(try distances(0.1, ranks: ranks).first)
            #expect(abs(clipped - 0.1) <= 1e-4)
            let untouched = try #require(try distances(free * 10, ranks: ranks).first)
            #expect(abs(untouched - free) <= 1e-4 * free)
        }
    }
}

/// Filled by rank 0 alone.
private final class DistanceBox: @unchecked Sendable {
    var values: [Double] = []
}
