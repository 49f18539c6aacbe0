import Digests
import Foundation
import NeuralNetwork
import Optimization
import SafeTensors
import TensorCore
import TestSupport
import Testing

@testable import Training

@Suite struct CheckpointTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func checkpoint_writtenAndLoaded_hasTheSameBits() throws {
        let state = try SmallState(in: folder).write()
        let loaded = try state.load()
        #expect(loaded.checkpoint.experiment == state.experiment)
        #expect(loaded.checkpoint.position == state.position)
        #expect(loaded.values.array == state.values.array)
        #expect(state.values.elements.contains { $0 != 0 })
        #expect(
            loaded.optimizer.state.map { $0.storage.array }
                == state.optimizer.state.map { $0.storage.array })
        #expect(loaded.optimizer.state.count == 1)
    }

    @Test func checkpoint_asAFile_holdsAllThatItsReadersNeed() throws {
        let state = try SmallState(in: folder).write()
        let file = try SafeTensorsFile(path: state.path)
        let names = ["0.bias", "0.weight", "2.bias", "2.weight"]
        #expect(file.entries.map(\.name).sorted() == names + names.map { "optimizer.velocity.\($0)" })
        let metadata = file.metadata
        #expect(
            metadata.keys.sorted() == [
                "apusVersion", "contentDigest", "environment", "epoch", "experiment", "format", "parametersDigest",
                "position", "step",
            ])
        #expect(metadata["format"] == "apus-checkpoint-1" && metadata["apusVersion"] == Version.current)
        #expect(metadata["step"] == "27" && metadata["epoch"] == "2")
        #expect(metadata["parametersDigest"] == state.model.digest(of: state.values, buffers: state.buffers))
        #expect(try Experiment(yaml: try #require(metadata["experiment"]), source: "") == state.experiment)
        #expect(try TrainingPosition(json: try #require(metadata["position"])) == state.position)
    }

    @Test func checkpoint_ofAModelWithBuffers_holdsThemUnderTheirNames() throws {
        let state = try SmallState(in: folder, middle: .batchNorm).write()
        let file = try SafeTensorsFile(path: state.path)
        let names = file.entries.map(\.name).filter { !$0.hasPrefix("optimizer.") }.sorted()
        #expect(
            names == [
                "0.bias", "0.weight", "1.bias", "1.running_mean", "1.running_var", "1.weight", "2.bias", "2.weight",
            ])
        #expect(try file.floats("1.running_var") == [1.25, 1.25, 1.25, 1.25])
        let loaded = try state.load()
        #expect(state.model.buffers.allSatisfy { Array(loaded.buffers[$0.range]) == Array(state.buffers[$0.range]) })
    }

    @Test func parametersDigest_ofAModelWithBuffers_isOverParametersAndThenBuffers() throws {
        let state = try SmallState(in: folder, middle: .batchNorm)
        let digest = SHA256()
        for range in state.model.parameters.map(\.range) { digest.update(UnsafeRawBufferPointer(state.values[range])) }
        let ofParameters = digest.finalize().hex
        let whole = SHA256()
        for range in state.model.parameters.map(\.range) { whole.update(UnsafeRawBufferPointer(state.values[range])) }
        for range in state.model.buffers.map(\.range) { whole.update(UnsafeRawBufferPointer(state.buffers[range])) }
        let found = state.model.digest(of: state.values, buffers: state.buffers)
        #expect(found == whole.finalize().hex && found != ofParameters)
        let without = try SmallState(in: folder)
        let alone = SHA256()
        for range in without.model.parameters.map(\.range) {
            alone.update(UnsafeRawBufferPointer(without.values[range]))
        }
        #expect(without.model.digest(of: without.values, buffers: without.buffers) == alone.finalize().hex)
    }

    @Test func checkpoint_ofAFinishedRun_hasTheDigestTheRunEndsWith() throws {
        var experiment = smallExperiment(try folder.writeDataset())
        experiment.training.steps = 3
        let run = folder.path + "/run"
        let outcome = try #require(TestRun(experiment, runDirectory: run).alone().outcome)
        let file = try SafeTensorsFile(path: run + "/checkpoints/step-00000003.safetensors")
        #expect(file.metadata["parametersDigest"] == outcome.parametersDigest)
        #expect(file.metadata["step"] == "3")
    }

    @Test func checkpoint_withoutMomentum_holdsParametersAlone() throws {
        let state = try SmallState(in: folder, momentum: 0).write()
        #expect(
            try SafeTensorsFile(path: state.path).entries.map(\.name) == ["0.bias", "0.weight", "2.bias", "2.weight"])
        #expect(try state.load().optimizer.state.isEmpty)
    }

    @Test func checkpoint_writtenTwice_hasTheSameBytes() throws {
        let first = try SmallState(in: folder, name: "a.safetensors").write()
        let second = try SmallState(in: folder, name: "b.safetensors").write()
        #expect(FileManager.default.contents(atPath: first.path) == FileManager.default.contents(atPath: second.path))
    }

    /// A diverging training may well have finite parameters and an infinite validation loss.
    @Test(arguments: [Double.infinity, .nan])
    func checkpoint_validationLossNotFinite_isWrittenAndReadBack(loss: Double) throws {
        var state = try SmallState(in: folder)
        state.position.validation = .init(step: 7, loss: loss, accuracy: 0.1)
        let read = try state.write().load().checkpoint.position
        #expect("\(try #require(read.validation).loss)" == "\(loss)")
    }
}
