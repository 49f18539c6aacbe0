import Communication
import Foundation
import TensorCore
import TestSupport
import Testing

@testable import DataParallel
@testable import Training

/// Trainings on several ranks against trainings on one.
@Suite struct ReplicaTests {
    private let folder: TemporaryFolder
    private let experiment: Experiment

    init() throws {
        folder = try TemporaryFolder()
        experiment = smallExperiment(try folder.writeDataset())
    }

    @Test func training_oneThreadRank_isTheSingleProcessToTheBit() throws {
        let single = TestRun(experiment, runDirectory: folder.path + "/single").alone()
        let threads = try TestRun(experiment, runDirectory: folder.path + "/threads").onThreads()
        let outcome = try #require(single.outcome)
        #expect(threads.map(\.outcome) == [outcome])
        let metrics = try ["single", "threads"].map { try Metrics(runDirectory: folder.path + "/" + $0) }
        let losses = metrics.map { $0.values(of: "trainLoss", in: "epoch") }
        #expect(losses[0].keys.sorted() == [5, 10])
        #expect(losses[0] == losses[1])
    }

    @Test(arguments: [2, 3, 5])
    func training_severalRanks_endWithTheSameParametersEverywhere(ranks: Int) throws {
        let outcomes = try TestRun(experiment, ranks: ranks).onThreads().map { try #require($0.outcome) }
        #expect(outcomes.count == ranks && outcomes.allSatisfy { $0 == outcomes[0] })
        #expect(outcomes[0].isFinished && outcomes[0].step == 10)
    }

    /// Plain descent on the joined batch: the order of additions in Float is all that differs.
    @Test(arguments: [2, 3, 4, 5])
    func training_severalRanks_hasTheLossesOfOne(ranks: Int) throws {
        var plain = experiment
        plain.optimizer.nesterov = false
        plain.optimizer.momentum = 0
        plain.logging.everySteps = 1
        let one = TestRun(plain, runDirectory: folder.path + "/one").alone()
        _ = try #require(one.outcome)
        let several = try TestRun(plain, runDirectory: folder.path + "/several", ranks: ranks).onThreads()
        #expect(several.allSatisfy { $0.outcome != nil })
        let metrics = try ["one", "several"].map { try Metrics(runDirectory: folder.path + "/" + $0) }
        for (event, field) in [("step", "loss"), ("epoch", "trainLoss"), ("epoch", "validationLoss")] {
            expectClose(metrics[1].values(of: field, in: event), metrics[0].values(of: field, in: event), "\(field)")
        }
    }

    @Test func training_learns() throws {
        _ = TestRun(experiment, runDirectory: folder.path + "/run").alone()
        let losses = try Metrics(runDirectory: folder.path + "/run").values(of: "trainLoss", in: "epoch")
        let (first, second) = (try #require(losses[5]), try #require(losses[10]))
        #expect(second < 0.9 * first)
    }

    @Test(arguments: [0, 2])
    func training_oneRankHoldsOtherParameters_isNoResult(broken: Int) throws {
        var run = TestRun(experiment, ranks: 3)
        run.interfere = { if $0.communicator.rank == broken { $0.replica.values.base[3] += 1e-3 } }
        let errors = try run.onThreads().map { $0.error as? TrainingError }
        let what = try #require(
            ReplicaDifference(of: "1.weight", hashes: (0..<3).map { $0 == broken ? 1 : 0 }))
        let expected = TrainingError.replicasDiffer(what, step: 5, equalAtStep: 0, checkpoint: nil)
        #expect(errors == [expected, expected, expected])
        #expect("\(expected)".hasPrefix("After step 5 rank \(broken) holds another '1.weight' than all other ranks"))
    }
}
