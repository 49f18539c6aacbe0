import Communication
import DataParallel
import Foundation
import NeuralNetwork
import TestSupport
import Testing

@testable import Training

/// The promise of reproducible mode: the same bits on any number of ranks and threads.
@Suite struct ReproducibleTrainingTests {
    private let folder: TemporaryFolder
    private let experiment: Experiment

    /// 150 samples in batches of 36: the last has 6, fewer than there are shards.
    init() throws {
        folder = try TemporaryFolder()
        var experiment = smallExperiment(try folder.writeDataset(validation: 300))
        experiment.dataParallel.reproducible = true
        experiment.training.batch = .global(36)
        experiment.training.clipNorm = 0.5
        experiment.schedule.warmupEpochs = 1
        experiment.logging.everySteps = 1
        self.experiment = experiment
    }

    private struct Outcome: Equatable {
        let digest: String
        let losses: [Int: Double]
        let validation: [Int: Double]
    }

    private func train(
        _ layers: String, ranks: Int, threads: Int = 1, resume: String? = nil,
        _ change: (inout Experiment) -> Void = { _ in }
    ) throws -> Outcome {
        var own = experiment
        own.model = try Experiment(yaml: "name: layers\nmodel: {layers: \(layers)}", source: "the test").model
        change(&own)
        let directory = "\(folder.path)/\(resume ?? UUID().uuidString)"
        var run = TestRun(own, runDirectory: directory, resume: resume == nil ? .none : .auto, ranks: ranks)
        run.options.threads = threads
        let outcomes = try run.onThreads()
        if let error = outcomes.lazy.compactMap(\.error).first { throw error }
        let metrics = try Metrics(runDirectory: directory)
        return Outcome(
            digest: try #require(outcomes[0].outcome).parametersDigest, losses: metrics.values(of: "loss", in: "step"),
            validation: metrics.values(of: "validationLoss", in: "epoch"))
    }

    private static let dense = "[flatten, {linear: 12}, relu, {linear: 10}]"
    private static let convolutional =
        "[{conv2d: {channels: 5, kernel: 3, padding: 1}}, relu, {maxPool: 4}, flatten, {dropout: 0.3}, {linear: 10}]"
    private static let normalised =
        "[{conv2d: {channels: 4, kernel: 5, stride: 3}}, batchNorm, relu, globalAveragePool, {linear: 10}]"

    @Test(arguments: [dense, convolutional, normalised])
    func training_anyNumberOfRanksAndThreads_endsOnTheSameBits(layers: String) throws {
        let one = try train(layers, ranks: 1)
        #expect(one.losses.count == 10 && one.validation.count == 2)
        for (ranks, threads) in [(1, 2), (1, 3), (2, 1), (3, 2), (5, 1), (8, 1)] {
            #expect(try train(layers, ranks: ranks, threads: threads) == one, "\(ranks) ranks, \(threads) threads")
        }
    }

    /// Without the mode the ranks do change bits: otherwise the test above would compare nothing.
    @Test func training_inFastMode_endsOnOtherBits() throws {
        let fast: (inout Experiment) -> Void = { $0.dataParallel.reproducible = false }
        #expect(try train(Self.dense, ranks: 1, fast) != train(Self.dense, ranks: 3, fast))
    }

    @Test func training_resumedOnOtherRanks_endsOnTheSameBits() throws {
        let whole = try train(Self.normalised, ranks: 2)
        _ = try train(Self.normalised, ranks: 3, resume: "halves") { $0.training.steps = 7 }
        #expect(try train(Self.normalised, ranks: 1, threads: 2, resume: "halves").digest == whole.digest)
    }

    @Test func training_moreRanksThanShards_isRefusedOnAllAlike() throws {
        var own = experiment
        own.dataParallel.logicalShards = 2
        for outcome in try TestRun(own, ranks: 3).onThreads() {
            let failure = try #require(outcome.error as? SettledFailure)
            #expect(failure.isAlike && failure.exitCode == ExitStatus.usage.rawValue)
            #expect(failure.ownMessage?.contains("dataParallel.logicalShards") == true)
        }
    }
}
