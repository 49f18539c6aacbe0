import Communication
import DataParallel
import Datasets
import Foundation
import TestSupport
import Testing

@testable import Training

@Suite struct InspectionTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func inspect(_ path: String) throws -> ModelInspection {
        try #require(try ModelInspection.run(path, over: SingleProcessCommunicator()))
    }

    @Test func inspection_ofAConfiguration_isTheTableOfItsModel() throws {
        let file = try folder.write(
            "name: net\nmodel: {layers: [flatten, {linear: 100}, {residual: {main: [{linear: 100}]}}, {linear: 10}]}\n",
            to: "net.yaml")
        let lines = try inspect(file).table.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(
            lines.prefix(9).map(String.init) == [
                "\(file): experiment 'net'.",
                "",
                "name        layer     output       parameters    FLOPs",
                "            input     [28, 28, 1]",
                "0           flatten   [784]                 0        0",
                "1           linear    [100]            78 500  156 800",
                "2           residual  [100]            10 100   20 000",
                "  2.main.0  linear    [100]            10 100   20 000",
                "3           linear    [10]              1 010    2 000",
            ])
        #expect(lines[9] == "total                                  89 610  178 800")
    }

    @Test func inspection_ofACheckpoint_saysWhereItsTrainingWas() throws {
        var experiment = smallExperiment(try folder.writeDataset())
        experiment.training.steps = 8
        let run = folder.path + "/run"
        let outcome = try #require(TestRun(experiment, runDirectory: run).alone().outcome)
        let inspection = try inspect(run + "/checkpoints/step-00000008.safetensors")
        let checkpoint = try #require(inspection.checkpoint)
        #expect(inspection.experiment == "small" && inspection.parameters == 784 * 12 + 12 + 12 * 10 + 10)
        #expect(checkpoint.step == 8 && checkpoint.epoch == 1 && checkpoint.stepInEpoch == 3)
        #expect(checkpoint.parametersDigest == outcome.parametersDigest)
        #expect(checkpoint.validationAccuracy == outcome.validationAccuracy)
        #expect(inspection.table.contains("After step 8: 1 epoch and 3 steps of the next, validation accuracy "))
        #expect(inspection.table.contains(outcome.parametersDigest))
    }

    @Test func inspection_asJSON_readsBackEqual() throws {
        let state = try folder.write("name: net\nmodel: {name: mlp}\n", to: "net.yaml")
        let inspection = try inspect(state)
        let json = try inspection.json
        #expect(try JSONDecoder().decode(ModelInspection.self, from: Data(json.utf8)) == inspection)
        #expect(!json.contains("\n") && json.contains(#""layer":"linear","name":"1","outputShape":[256]"#))
    }

    @Test func inspection_ofWhatIsNotThere_isAFailureOnAllRanksSaidOnce() throws {
        let path = folder.path + "/none.safetensors"
        let errors = try ThreadCommunicator.run(size: 3) { communicator in
            #expect(throws: (any Error).self) { try ModelInspection.run(path, over: communicator) }
        }
        #expect(errors.allSatisfy { ExitStatus.of($0 ?? CancellationError()) == ExitStatus.badContent.rawValue })
    }

    @Test func checkpoint_whoseExperimentDescribesNoModel_isBadContentAndNamed() throws {
        let state = try SmallState(in: folder)
        var experiment = state.experiment
        experiment.model.architecture = .layers([.linear(10)])
        experiment.dataset.path = try folder.writeDataset()
        try CheckpointWriter(
            model: state.model, values: state.values, buffers: state.buffers, optimizer: state.optimizer,
            experiment: experiment
        ).write(state.position, to: state.path)
        let looks: [() throws -> Void] = [
            { _ = try inspect(state.path) },
            {
                _ = try CheckpointEvaluation.run(
                    state.path, split: .test, threads: 1, over: SingleProcessCommunicator())
            },
        ]
        for look in looks {
            let error = #expect(throws: SettledFailure.self, performing: look)
            let message = error?.message(for: 0) ?? ""
            #expect(message.hasPrefix("\(state.path): the checkpoint's experiment describes no model. Layer '0'"))
            #expect(error?.exitCode == ExitStatus.badContent.rawValue && !message.contains(".."), "\(message)")
        }
    }

    @Test func inspection_ofACheckpointOfAnotherModel_isBadContent() throws {
        // Its tensors are of another model than its experiment says.
        let state = try SmallState(in: folder).write()
        #expect {
            _ = try inspect(state.path)
        } throws: {
            ExitStatus.of($0) == ExitStatus.badContent.rawValue
        }
    }
}
