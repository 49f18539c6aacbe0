import Foundation
import TestSupport
import Testing

@testable import DataParallel
@testable import Training

@Suite struct TrainerReplicaCheckTests {
    private let folder: TemporaryFolder
    private var experiment: Experiment

    init() throws {
        folder = try TemporaryFolder()
        experiment = smallExperiment(try folder.writeDataset())
        experiment.dataParallel.replicaCheckEverySteps = 2
    }

    /// The bit falls after the comparison of step 2 and before the update of step 4: the next comparison is of the state after step 4.
    @Test(arguments: [(2, 1), (3, 2)])
    func training_oneBitFalls_endsAtTheNextComparison(ranks: Int, broken: Int) throws {
        let errors = try run("flip:optimizer:\(broken):4", ranks: ranks).onThreads().map { $0.error as? TrainingError }
        let what = try #require(
            ReplicaDifference(of: "1.weight", hashes: (0..<ranks).map { $0 == broken ? 1 : 0 }))
        let expected = TrainingError.replicasDiffer(what, step: 4, equalAtStep: 2, checkpoint: nil)
        #expect(errors == Array(repeating: expected, count: ranks))
    }

    /// The checkpoint of step 3 is trusted, because the replicas were compared before it was written; that of step 4 is never written.
    @Test func training_bitFalls_writesNoCheckpointOfItAndNamesTheLast() throws {
        var run = try run("flip:optimizer:0:4", ranks: 3)
        run.experiment.dataParallel.replicaCheckEverySteps = 0
        run.options.runDirectory = folder.path + "/run"
        run.options.writesRun = true
        run.experiment.checkpoint.everySteps = 1
        func file(_ step: Int) -> String { "\(folder.path)/run/checkpoints/\(CheckpointFile.name(step: step))" }
        let text = "\(try #require(run.onThreads()[0].error))"
        #expect(text.hasPrefix("After step 4 rank 0 holds another '1.weight' than all other ranks"))
        #expect(text.hasSuffix("after step 3; the checkpoint to go on from is \(file(3))."))
        #expect(!FileManager.default.fileExists(atPath: file(4)))
    }

    /// In the last step: what a later run would find as the end of the training.
    @Test func training_bitFallsInTheLastStep_leavesNoResultToGoOnFrom() throws {
        var run = try run("flip:optimizer:1:10", ranks: 2)
        run.experiment.dataParallel.replicaCheckEverySteps = 0
        run.options.runDirectory = folder.path + "/run"
        run.options.writesRun = true
        #expect(try run.onThreads().allSatisfy { $0.error is TrainingError })
        run.options.fault = nil
        run.options.resume = .auto
        let again = try run.onThreads().map { try #require($0.outcome) }
        run.options.runDirectory = folder.path + "/whole"
        run.options.resume = .none
        #expect(try run.onThreads().map { $0.outcome } == again)
    }

    @Test func training_noBitFalls_takesTheSameSteps() throws {
        let checked = try run(nil, ranks: 3).onThreads().map { try #require($0.outcome) }
        var unchecked = try run(nil, ranks: 3)
        unchecked.experiment.dataParallel.replicaCheckEverySteps = 0
        #expect(try unchecked.onThreads().map { $0.outcome } == checked)
    }

    private func run(_ fault: String?, ranks: Int) throws -> TestRun {
        var run = TestRun(experiment, ranks: ranks)
        run.options.fault = try fault.map { try Fault($0) }
        return run
    }
}
