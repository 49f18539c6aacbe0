import Datasets
import TestSupport
import Testing

@testable import DataParallel
@testable import Training

@Suite struct VerdictTests {
    private let folder: TemporaryFolder
    private var experiment: Experiment

    init() throws {
        folder = try TemporaryFolder()
        experiment = smallExperiment(try folder.writeDataset())
    }

    /// Step 3 takes places 64 ..< 96 of the order, and rank 1 of 3 the places 74 ..< 85.
    @Test func training_oneRanksGradientIsNaN_endsNamingRankParameterStepAndSamples() throws {
        let order = EpochPermutation(count: 150, seed: experiment.seed)
        order.prepare(epoch: 0)
        let samples = order[74..<85].map { Int($0) }
        let what = NonFinite(place: .gradient("1.weight"), ranks: [1], samples: samples)
        let errors = try run("nan:backward:1:3").onThreads().map { $0.error as? TrainingError }
        #expect(errors == Array(repeating: .notFinite(what, step: 3, checkpoint: nil), count: 3))
        let text = "\(try #require(errors[0] as TrainingError?))"
        #expect(
            text.hasPrefix(
                "In step 3 the gradient of '1.weight' is not finite on rank 1, which had the samples \(samples[0]), "))
    }

    @Test func training_policyIsToSkip_goesOnWithoutTheStepOnAllRanks() throws {
        let training = try skipping("nan:backward:1:3")
        let outcomes = try training.onThreads().map { try #require($0.outcome) }
        #expect(outcomes.allSatisfy { $0.isFinished && $0.step == 10 && $0 == outcomes[0] })
        #expect(
            training.messages.warnings.last
                == "0 warning: 1 of 10 steps was skipped, because something in it was not finite.")
        #expect(training.messages.warnings.count == 2)
        let metrics = try Metrics(runDirectory: folder.path + "/run")
        #expect(metrics.values(of: "skippedSteps", in: "end") == [10: 1])
    }

    /// A training in which the NaN was in another rank's share skips the same step: not a bit of it got through.
    @Test func training_stepSkipped_leavesNothingOfItself() throws {
        let one = try skipping("nan:backward:1:3", to: "one").onThreads().map { try #require($0.outcome) }
        let other = try skipping("nan:backward:2:3", to: "other").onThreads().map { try #require($0.outcome) }
        #expect(one == other)
        let whole = try TestRun(experiment, ranks: 3).onThreads().map { try #require($0.outcome) }
        #expect(whole[0].parametersDigest != one[0].parametersDigest)
    }

    @Test func training_everyStepIsSkipped_endsAfterTen() throws {
        var training = try skipping(nil)
        training.experiment.optimizer.learningRate = 1e30
        training.experiment.training.epochs = 10
        let errors = try training.onThreads().map { $0.error as? TrainingError }
        for error in errors {
            guard case .skippedTooOften(10, _, step: let step, _)? = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(step > 10 && step < 20)
        }
    }

    /// Steps 3 and 5 are due for a checkpoint by their number and as the end of an epoch.
    @Test(arguments: [3, 5])
    func checkpoint_ofASkippedStep_isNotWritten(step: Int) throws {
        var training = try skipping("nan:backward:1:\(step)")
        training.experiment.checkpoint.everySteps = 1
        training.experiment.checkpoint.keep = 100
        #expect(try training.onThreads().allSatisfy { $0.outcome?.isFinished == true })
        #expect(try checkpointSteps() == (1...10).filter { $0 != step })
    }

    /// The result must be there, but what was good must stay.
    @Test func checkpoint_afterASkippedLastStep_pushesOutNoOther() throws {
        var training = try skipping("nan:backward:1:10")
        training.experiment.checkpoint.everySteps = 1
        training.experiment.checkpoint.keep = 1
        #expect(try training.onThreads().allSatisfy { $0.outcome?.isFinished == true })
        #expect(try checkpointSteps() == [9, 10])
        #expect(
            training.messages.warnings.last
                == "0 warning: 1 of 10 steps was skipped, because something in it was not finite; "
                + "none was taken after step 9, so the training may have diverged there.")
    }

    private func checkpointSteps() throws -> [Int] {
        try RunDirectory(at: folder.path + "/run", existing: .resume).checkpoints().map(\.step).sorted()
    }

    @Test func warningOfSkips_ofSeveral_countsThem() {
        var position = TrainingPosition()
        #expect(position.warningOfSkips == nil)
        position.advance(loss: 1, correct: 1, samples: 1)
        position.skipStep()
        position.skipStep()
        #expect(
            position.warningOfSkips == "2 of 3 steps were skipped, because something in them was not finite; "
                + "none was taken after step 1, so the training may have diverged there.")
        position.advance(loss: 1, correct: 1, samples: 1)
        #expect(
            position.warningOfSkips == "2 of 4 steps were skipped, because something in them was not finite.")
    }

    @Test func position_afterASkip_isKeptInTheCheckpoint() throws {
        var position = TrainingPosition()
        position.skipStep()
        position.skipStep()
        position.advance(loss: 1, correct: 1, samples: 1)
        #expect(position.skips == .init(total: 2, consecutive: 0) && position.step == 3 && position.stepsTaken == 1)
        #expect(try TrainingPosition(json: position.json()) == position)
        position.skips = .init(total: 4, consecutive: 0)
        #expect(!position.isConsistent)
    }

    private func run(_ fault: String?) throws -> TestRun {
        var run = TestRun(experiment, ranks: 3)
        run.options.fault = try fault.map { try Fault($0) }
        return run
    }

    private func skipping(_ fault: String?, to name: String = "run") throws -> TestRun {
        var run = try run(fault)
        run.experiment.dataParallel.nonFinite = .skip
        run.options.runDirectory = "\(folder.path)/\(name)"
        run.options.writesRun = true
        return run
    }
}
