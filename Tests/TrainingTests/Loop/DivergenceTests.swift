import Communication
import DataParallel
import Foundation
import Optimization
import SafeTensors
import TensorCore
import TestSupport
import Testing

@testable import Training

@Suite struct DivergenceTests {
    private let folder: TemporaryFolder
    private var experiment: Experiment

    init() throws {
        folder = try TemporaryFolder()
        experiment = smallExperiment(try folder.writeDataset())
        experiment.checkpoint.everySteps = 1
        experiment.checkpoint.keep = 100
        experiment.optimizer.learningRate = 1e30
    }

    /// They overflow at different places: some in the loss, some in the parameters. Neither is a failure to write.
    @Test(
        arguments: [
            "model: {name: softmax-regression}", "model: {name: mlp}",
            "model: {layers: [flatten, {linear: 8}, relu, {linear: 10}]}",
        ], Experiment.WriteFailurePolicy.allCases)
    func training_diverges_endsOnAllRanksNamingTheStepAndTheLastGoodCheckpoint(
        model: String, policy: Experiment.WriteFailurePolicy
    ) throws {
        var diverging = try Experiment(yaml: "name: x\n\(model)", source: "")
        diverging.dataset = experiment.dataset
        diverging.training = experiment.training
        diverging.optimizer = experiment.optimizer
        diverging.checkpoint = experiment.checkpoint
        diverging.checkpoint.onWriteFailure = policy
        let run = folder.path + "/run"
        let errors = try TestRun(diverging, runDirectory: run, ranks: 3).onThreads().map { try #require($0.error) }
        let newest = try #require(try FileManager.default.contentsOfDirectory(atPath: run + "/checkpoints").max())
        let step = try #require(CheckpointFile.step(ofName: newest))
        let text = (errors[0] as? SettledFailure)?.message(for: 0) ?? "\(errors[0])"
        #expect(text.contains("tep \(step + 1) "))
        #expect(text.hasSuffix("The last good state is \(run)/checkpoints/\(newest)."))
        #expect(errors.allSatisfy { ExitStatus.of($0) == ExitStatus.failure.rawValue })
        try expectUsable("\(run)/checkpoints/\(newest)")
    }

    /// What is called the last good state must load, and hold numbers.
    private func expectUsable(_ path: String) throws {
        _ = try Checkpoint(path: path)
        let file = try SafeTensorsFile(path: path)
        for name in file.entries.map(\.name) {
            #expect(try file.floats(name).allSatisfy(\.isFinite), "\(name) of \(path)")
        }
    }

    @Test func training_divergesBeforeAnyCheckpoint_saysSo() throws {
        var hopeless = experiment
        hopeless.checkpoint.everySteps = nil
        let error = TestRun(hopeless, runDirectory: folder.path + "/run").alone().error
        guard case .notFinite(_, _, nil)? = error as? TrainingError else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect("\(try #require(error))".hasSuffix("No checkpoint was written before."))
    }

    /// AdamW divides by the root of the second moment: an infinite one holds the parameters still and looks sound.
    @Test func training_optimizersStateNotFinite_endsWithoutACheckpointOfIt() throws {
        var other = experiment
        other.useAdamW()
        var training = TestRun(other, runDirectory: folder.path + "/run")
        training.interfere = { trainer in
            for state in trainer.optimizer.state where state.name == "secondMoment" {
                state.storage.elements.update(repeating: .infinity)
            }
        }
        let error = try #require(training.alone().error)
        let message = (error as? SettledFailure)?.message(for: 0) ?? ""
        #expect(message.hasPrefix("After step 1 'optimizer.secondMoment.1.weight' is no longer finite"), "\(message)")
        #expect(ExitStatus.of(error) == ExitStatus.failure.rawValue)
    }

    /// NaN comes into one rank's share alone; the sum carries it to all, and no rank takes the step.
    @Test func training_oneRankComputesNaN_noRankTakesTheStep() throws {
        var training = TestRun(experiment, ranks: 3)
        training.interfere = { trainer in
            guard trainer.communicator.rank == 2 else { return }
            trainer.replica.values.elements.update(repeating: .nan)
        }
        let errors = try training.onThreads().map { $0.error as? TrainingError }
        for error in errors {
            guard case .notFinite(let what, step: 1, checkpoint: nil)? = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(what.ranks == [2] && what.place == .loss)
        }
    }
}
