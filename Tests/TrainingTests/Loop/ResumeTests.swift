import DataParallel
import Foundation
import TestSupport
import Testing

@testable import Training

@Suite struct ResumeTests {
    private let folder: TemporaryFolder
    private let experiment: Experiment

    init() throws {
        folder = try TemporaryFolder()
        var experiment = smallExperiment(try folder.writeDataset())
        experiment.logging.everySteps = 1
        self.experiment = experiment
    }

    /// Trains in `name`, to step `steps` if given, from the newest checkpoint if `resume` says so.
    private func train(
        _ name: String, steps: Int? = nil, resume: TrainingOptions.Resume = .none, ranks: Int = 1,
        _ change: (inout Experiment) -> Void = { _ in }
    ) throws -> (outcome: TrainingOutcome, metrics: Metrics, warnings: [String]) {
        var own = experiment
        own.training.steps = steps
        change(&own)
        let run = TestRun(own, runDirectory: folder.path + "/" + name, resume: resume, ranks: ranks)
        let outcomes = try run.onThreads()
        if let error = outcomes[0].error { throw error }
        let outcome = try #require(outcomes[0].outcome)
        return (outcome, try Metrics(runDirectory: folder.path + "/" + name), run.messages.warnings)
    }

    /// Inside the first epoch, at its end, and inside the second.
    @Test(arguments: [1, 3, 5, 7])
    func resume_afterAStop_changesNoBit(stop: Int) throws {
        let whole = try train("whole")
        let stopped = try train("halves", steps: stop)
        #expect(stopped.outcome.step == stop && stopped.outcome.parametersDigest != whole.outcome.parametersDigest)
        let halves = try train("halves", resume: .auto)
        #expect(halves.outcome == whole.outcome)
        for (event, field) in [
            ("step", "loss"), ("epoch", "trainLoss"), ("epoch", "trainAccuracy"), ("epoch", "validationLoss"),
        ] {
            let values = whole.metrics.values(of: field, in: event)
            #expect(!values.isEmpty && halves.metrics.values(of: field, in: event) == values, "\(field)")
        }
    }

    /// The moments and their bias corrections go on as if nothing had happened, weight decay and its exemptions too.
    @Test(arguments: [1, 3, 5, 7])
    func resume_afterAStopWithAdamW_changesNoBit(stop: Int) throws {
        let change: (inout Experiment) -> Void = { $0.useAdamW() }
        let whole = try train("whole", change)
        let stopped = try train("halves", steps: stop, change)
        #expect(stopped.outcome.step == stop && stopped.outcome.parametersDigest != whole.outcome.parametersDigest)
        let halves = try train("halves", resume: .auto, change)
        #expect(halves.outcome == whole.outcome)
        #expect(halves.metrics.values(of: "loss", in: "step") == whole.metrics.values(of: "loss", in: "step"))
    }

    @Test func resume_withAnotherOptimizer_isRefusedInOneSentence() throws {
        _ = try train("run", steps: 3)
        let changes: [((inout Experiment) -> Void, String)] = [
            ({ $0.useAdamW() }, "comes from sgd with momentum; it cannot be gone on with by adamw."),
            (
                {
                    $0.optimizer.momentum = 0
                    $0.optimizer.nesterov = false
                }, "comes from sgd with momentum; it cannot be gone on with by sgd without momentum."
            ),
        ]
        for (change, words) in changes {
            #expect {
                _ = try train("run", resume: .auto, change)
            } throws: { error in
                let text = (error as? SettledFailure)?.message(for: 0) ?? ""
                return ExitStatus.of(error) == 2 && text.hasSuffix(words)
                    && text.contains("checkpoints/step-00000003.safetensors")
            }
        }
    }

    /// The checkpoints that `everySteps` asks for, each the newest after a kill.
    @Test(arguments: [2, 4, 6, 8])
    func resume_fromACheckpointWithinAnEpoch_changesNoBit(step: Int) throws {
        let whole = try train("whole") {
            $0.checkpoint.everySteps = 2
            $0.checkpoint.keep = 20
        }
        #expect(whole.metrics.checkpointFiles.map(\.stepOfName) == [2, 4, 5, 6, 8, 10])
        let file = "\(folder.path)/whole/checkpoints/\(CheckpointFile.name(step: step))"
        let resumed = try train("resumed", resume: .file(file))
        #expect(resumed.outcome == whole.outcome)
        #expect(
            resumed.metrics.values(of: "trainLoss", in: "epoch")[10]
                == whole.metrics.values(of: "trainLoss", in: "epoch")[10])
        #expect(resumed.warnings.count == 1 && resumed.warnings[0].contains("everySteps: null"))
    }

    @Test(arguments: [2, 3])
    func resume_onMoreRanks_goesOnWithTheSameSamples(ranks: Int) throws {
        let whole = try train("whole")
        _ = try train("wider", steps: 3)
        let wider = try train("wider", resume: .auto, ranks: ranks)
        for (event, field) in [("step", "loss"), ("epoch", "trainLoss"), ("epoch", "validationLoss")] {
            expectClose(wider.metrics.values(of: field, in: event), whole.metrics.values(of: field, in: event), field)
        }
    }

    @Test func resume_onFewerRanks_isAsGoodAsOnMore() throws {
        let whole = try train("whole")
        _ = try train("narrower", steps: 7, ranks: 4)
        let narrower = try train("narrower", resume: .auto)
        expectClose(
            narrower.metrics.values(of: "loss", in: "step"), whole.metrics.values(of: "loss", in: "step"), "loss")
    }

    @Test func resume_ofAFinishedRun_doesNothingAndSaysTheSame() throws {
        let whole = try train("whole")
        #expect(try train("whole", resume: .auto).outcome == whole.outcome)
    }

    @Test func resume_withFewerStepsThanDone_isRefusedAndChangesNothing() throws {
        _ = try train("whole")
        let files = try folder.paths()
        #expect {
            _ = try train("whole", steps: 7, resume: .auto)
        } throws: { error in
            let text = (error as? SettledFailure)?.message(for: 0) ?? ""
            return ExitStatus.of(error) == 2 && text.contains("step-00000010.safetensors") && text.contains("step 7")
                && text.hasSuffix(".")
        }
        #expect(try folder.paths() == files)
    }

    @Test func resume_withAnotherRate_keepsTheFilesOfTheFirstStart() throws {
        _ = try train("run", steps: 5)
        let (configuration, manifest) = (
            try folder.text(of: "run/config.yaml"), try folder.text(of: "run/manifest.json")
        )
        _ = try train("run", steps: 5, resume: .auto, ranks: 2) { $0.optimizer.learningRate = 0.01 }
        #expect(try folder.text(of: "run/config.yaml") == configuration)
        #expect(try folder.text(of: "run/manifest.json") == manifest)
        #expect(try folder.text(of: "run/config-2.yaml").contains("learningRate: 0.01"))
        #expect(try folder.paths().contains("run/manifest-2.json"))
    }

    @Test func resume_withoutACheckpoint_startsAtTheBeginning() throws {
        #expect(try train("new", resume: .auto).outcome == train("other").outcome)
    }

    @Test func resume_withinAnEpochInAnotherOrder_isRefusedInOneSentence() throws {
        _ = try train("run", steps: 3)
        let changes: [(inout Experiment) -> Void] = [
            { $0.training.batch = .global(64) }, { $0.seed = 1 }, { $0.dataset.limit = 100 },
        ]
        for change in changes {
            #expect {
                _ = try train("run", resume: .auto, change)
            } throws: { error in
                let text = (error as? SettledFailure)?.message(for: 0) ?? ""
                return ExitStatus.of(error) == 2 && text.contains("checkpoints/step-00000003.safetensors")
                    && text.contains("150 samples in global batches of 32 with seed 0")
            }
        }
    }

    @Test func resume_betweenEpochsInAnotherOrder_isRefused() throws {
        // The step count, and with it the schedule and the end, would be of another order too.
        _ = try train("run", steps: 5)
        #expect {
            _ = try train("run", resume: .auto) { $0.seed = 1 }
        } throws: { error in
            ExitStatus.of(error) == 2 && ((error as? SettledFailure)?.message(for: 0) ?? "").contains("with seed 1")
        }
    }

    @Test func resume_withAnotherRate_goesOnAndSaysSo() throws {
        _ = try train("run", steps: 5)
        let resumed = try train("run", resume: .auto) { $0.optimizer.learningRate = 0.01 }
        #expect(resumed.outcome.step == 10)
        #expect(resumed.warnings.count == 1 && resumed.warnings[0].contains("learningRate: 0.01"))
    }
}

extension String {
    /// 470 of `checkpoints/step-00000470.safetensors`.
    fileprivate var stepOfName: Int? {
        split(separator: "/").last.flatMap { CheckpointFile.step(ofName: String($0)) }
    }
}
