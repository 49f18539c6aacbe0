import Foundation
import NeuralNetwork
import Optimization
import TensorCore
import TestSupport

@testable import Training

/// The state of a tiny training with momentum, written to a checkpoint and ready to be damaged.
struct SmallState {
    let model: NeuralNetwork.Model
    let values: FlatStorage
    let buffers: FlatStorage
    let optimizer: any Optimizer
    let experiment: Experiment
    var position: TrainingPosition
    let path: String

    /// - Parameters:
    ///   - momentum: zero for an optimizer without state.
    ///   - middle: what stands between the two linear layers.
    ///   - layers: layers of another model instead, for samples of `inputShape`.
    init(
        in folder: TemporaryFolder, name: String = "small.safetensors", momentum: Double = 0.9, outputs: Int = 3,
        middle: LayerDescription = .relu, inputShape: Shape = [5], layers: [LayerDescription]? = nil
    ) throws {
        path = folder.path + "/" + name
        model = try NeuralNetwork.Model(
            inputShape: inputShape, layers: layers ?? [.linear(4), middle, .linear(outputs)])
        values = FlatStorage(count: model.storageCount)
        buffers = model.makeBuffers()
        var experiment = Experiment(name: "tiny “state”")
        experiment.model.architecture = .softmaxRegression
        experiment.optimizer.momentum = momentum
        self.experiment = experiment
        optimizer = try experiment.optimizer.makeOptimizer(for: model, parameterCount: values.count)
        var position = TrainingPosition()
        for _ in 0..<7 { position.advance(loss: 0.1, correct: 3, samples: 10) }
        position.epoch = 2
        position.step = 27
        position.validation = .init(step: 4, loss: 0.25, accuracy: 0.75)
        position.order = .init(seed: .max, sampleCount: 100, globalBatchSize: 10, stepsPerEpoch: 10, datasetDigest: "d")
        self.position = position
        model.initialize(values, seed: 3)
        for state in optimizer.state {
            for parameter in model.parameters { state.storage[parameter.range].update(repeating: 0.5) }
        }
        for buffer in model.buffers { buffers[buffer.range].update(repeating: Float(buffer.index) + 0.25) }
    }

    @discardableResult
    func write() throws -> Self {
        try CheckpointWriter(
            model: model, values: values, buffers: buffers, optimizer: optimizer, experiment: experiment
        ).write(position, to: path)
        return self
    }

    /// Opens the file and copies it into new storages; returns these.
    func load() throws -> (checkpoint: Checkpoint, values: FlatStorage, buffers: FlatStorage, optimizer: any Optimizer)
    {
        let checkpoint = try Checkpoint(path: path)
        let (values, buffers) = (FlatStorage(count: model.storageCount), FlatStorage(count: model.bufferStorageCount))
        let optimizer = try experiment.optimizer.makeOptimizer(for: model, parameterCount: model.storageCount)
        try checkpoint.load(into: values, buffers: buffers, of: model, optimizer: optimizer)
        return (checkpoint, values, buffers, optimizer)
    }

    /// Replaces the file's bytes by what `change` makes of them.
    func damage(_ change: (inout [UInt8]) -> Void) throws {
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        change(&bytes)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }
}
