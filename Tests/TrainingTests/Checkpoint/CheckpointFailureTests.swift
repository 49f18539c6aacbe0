import Communication
import DataParallel
import Foundation
import TestSupport
import Testing

@testable import Training

/// Checkpoints that cannot be written, and checkpoints that can no longer be read.
@Suite struct CheckpointFailureTests {
    private let folder: TemporaryFolder
    private let run: String
    private var experiment: Experiment

    init() throws {
        folder = try TemporaryFolder()
        run = folder.path + "/run"
        experiment = smallExperiment(try folder.writeDataset())
        experiment.checkpoint.everySteps = 2
    }

    /// A file in the place of the folder keeps even root from writing.
    private static func blockCheckpoints(_ trainer: Trainer, _ run: String) throws {
        guard trainer.communicator.rank == 0 else { return }
        try FileManager.default.removeItem(atPath: run + "/checkpoints")
        try Data().write(to: URL(fileURLWithPath: run + "/checkpoints"))
    }

    @Test func write_failsAndThePolicyIsStop_endsAllRanksAlike() throws {
        var training = TestRun(experiment, runDirectory: run, ranks: 3)
        training.interfere = { [run] in try Self.blockCheckpoints($0, run) }
        let failures = try training.onThreads().map { try #require($0.error as? SettledFailure) }
        #expect(failures.allSatisfy { $0.failedRanks == [0] && $0.exitCode == ExitStatus.failure.rawValue })
        let message = try #require(failures[0].message(for: 0))
        #expect(message.contains(run + "/checkpoints/") && message.contains("Not a directory"))
        #expect(failures[1].message(for: 1) == nil)
    }

    /// A folder in the place of the checkpoint of `step` keeps it, and no other, from being written.
    private static func block(_ step: Int, _ trainer: Trainer, _ run: String) throws {
        guard trainer.communicator.rank == 0 else { return }
        try FileManager.default.createDirectory(
            atPath: "\(run)/checkpoints/\(CheckpointFile.name(step: step))", withIntermediateDirectories: false)
    }

    private var persistent: Experiment {
        var persistent = experiment
        persistent.checkpoint.onWriteFailure = .continue
        return persistent
    }

    @Test func write_failsAndThePolicyIsContinue_goesOnToTheEndWithAWarning() throws {
        let undisturbed = try TestRun(experiment, ranks: 2).onThreads()
        var training = TestRun(persistent, runDirectory: run, ranks: 2)
        training.interfere = { [run] in try Self.block(4, $0, run) }
        #expect(try training.onThreads().map(\.outcome) == undisturbed.map(\.outcome))
        #expect(training.messages.warnings.count == 1)
        #expect(training.messages.warnings[0].hasPrefix("0 warning: The checkpoint of step 4 was not written. Cannot"))
        #expect(
            try Metrics(runDirectory: run).checkpointFiles
                == [2, 5, 6, 8, 10].map { "checkpoints/" + CheckpointFile.name(step: $0) })
    }

    @Test func write_ofTheLastCheckpointFails_isAFailureOnAllRanksThoughThePolicyIsContinue() throws {
        var training = TestRun(persistent, runDirectory: run, ranks: 2)
        training.interfere = { [run] in try Self.block(10, $0, run) }
        let errors = try training.onThreads().map { try #require($0.error) }
        #expect(errors.allSatisfy { ExitStatus.of($0) == ExitStatus.failure.rawValue })
        #expect(
            "\(errors[0])"
                == "The training ended after step 10, but no checkpoint of that step could be written. The last good "
                + "state is \(run)/checkpoints/step-00000008.safetensors.")
        // Tried once.
        #expect(training.messages.warnings.count == 1)
    }

    /// Every second step, the ends of epochs, and the newest three of them kept.
    @Test func write_manyCheckpoints_keepsTheNewest() throws {
        _ = try #require(TestRun(experiment, runDirectory: run).alone().outcome)
        let files = try FileManager.default.contentsOfDirectory(atPath: run + "/checkpoints").sorted()
        #expect(files == [6, 8, 10].map { CheckpointFile.name(step: $0) })
        let logged = try Metrics(runDirectory: run).checkpointFiles
        #expect(logged == [2, 4, 5, 6, 8, 10].map { "checkpoints/" + CheckpointFile.name(step: $0) })
    }

    /// Cuts the checkpoints of `steps` in half.
    private func damage(_ steps: [Int]) throws {
        for step in steps {
            let file = "\(run)/checkpoints/\(CheckpointFile.name(step: step))"
            let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
            try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: file))
        }
    }

    @Test(arguments: [[10], [10, 8]])
    func resume_newestDamaged_takesAnOlderOneWithAWarningEach(damaged: [Int]) throws {
        let whole = try #require(TestRun(experiment, runDirectory: run).alone().outcome)
        try damage(damaged)
        let again = TestRun(experiment, runDirectory: run, resume: .auto, ranks: 2)
        let outcomes = try again.onThreads()
        #expect(outcomes.allSatisfy { $0.outcome?.step == whole.step })
        let warnings = again.messages.warnings
        #expect(warnings.count == damaged.count)
        for (warning, step) in zip(warnings, damaged) {
            #expect(warning.contains(CheckpointFile.name(step: step)) && warning.hasSuffix("It is passed over."))
        }
    }

    @Test func resume_fileRenamedToALaterStep_isPassedOver() throws {
        let whole = try #require(TestRun(experiment, runDirectory: run).alone().outcome)
        try FileManager.default.moveItem(
            atPath: "\(run)/checkpoints/\(CheckpointFile.name(step: 6))",
            toPath: "\(run)/checkpoints/\(CheckpointFile.name(step: 99))")
        let again = TestRun(experiment, runDirectory: run, resume: .auto)
        #expect(again.alone().outcome == whole)
        #expect(again.messages.warnings.count == 1)
        #expect(
            again.messages.warnings[0].hasSuffix(
                "/checkpoints/step-00000099.safetensors: the checkpoint is named after step 99, but holds step 6. "
                    + "It is passed over."))
    }

    @Test func resume_allDamaged_isAnErrorOnAllRanksAndTouchesNothing() throws {
        _ = TestRun(experiment, runDirectory: run).alone()
        try damage([6, 8, 10])
        let before = try folder.text(of: "run/metrics.jsonl")
        let again = TestRun(experiment, runDirectory: run, resume: .auto, ranks: 2)
        let failures = try again.onThreads().map { try #require($0.error as? SettledFailure) }
        #expect(failures.allSatisfy { $0.exitCode == ExitStatus.badContent.rawValue && $0.failedRanks == [0] })
        #expect(failures[0].message(for: 0) == "\(run)/checkpoints: no checkpoint in this folder can be read.")
        #expect(again.messages.warnings.count == 3)
        #expect(try folder.text(of: "run/metrics.jsonl") == before)
    }

    @Test func resume_namedFileDamaged_isAnErrorThoughOthersAreGood() throws {
        _ = TestRun(experiment, runDirectory: run).alone()
        try damage([10])
        let file = "\(run)/checkpoints/\(CheckpointFile.name(step: 10))"
        let error = TestRun(experiment, runDirectory: folder.path + "/new", resume: .file(file)).alone().error
        #expect(ExitStatus.of(try #require(error)) == ExitStatus.badContent.rawValue)
        #expect((error as? SettledFailure)?.message(for: 0)?.contains(file) == true)
    }

    @Test func resume_checkpointOfAnotherModel_isAnErrorNamingTheTensor() throws {
        _ = TestRun(experiment, runDirectory: run).alone()
        var other = experiment
        other.model.architecture = .mlp(widths: [13])
        let error = TestRun(other, runDirectory: run, resume: .auto).alone().error
        #expect(ExitStatus.of(try #require(error)) == ExitStatus.badContent.rawValue)
        let message = (error as? SettledFailure)?.message(for: 0)
        #expect(message?.contains("tensor '1.weight' is F32 [12, 784], but the model needs F32 [13, 784]") == true)
    }
}
