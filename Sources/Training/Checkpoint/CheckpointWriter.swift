import NeuralNetwork
import Optimization
import SafeTensors
import TensorCore

/// Writes a training's state as one safetensors file, readable by any reader of the format.
///
/// Tensors: parameters and buffers under their names, the optimizer's state as `optimizer.<state>.<parameter>`. Metadata: see
/// ``Checkpoint``.
struct CheckpointWriter {
    let model: NeuralNetwork.Model
    let values: FlatStorage
    let buffers: FlatStorage
    let optimizer: any Optimizer
    let experiment: Experiment

    /// Writes the state at `position` to `path`, whole or not at all.
    /// - Throws: ``FileError``, ``SafeTensorsError``.
    func write(_ position: TrainingPosition, to path: String) throws {
        var writer = SafeTensorsWriter(metadata: try metadata(position))
        for tensor in tensors {
            try writer.add(tensor.name, shape: tensor.shape.array, elements: UnsafeBufferPointer(tensor.elements))
        }
        try writer.write(to: path)
    }

    private var tensors: [(name: String, shape: Shape, elements: UnsafeMutableBufferPointer<Float>)] {
        let parameters = model.parameters.map { ($0.name, $0.shape, values[$0.range]) }
        let kept = model.buffers.map { ($0.name, $0.shape, buffers[$0.range]) }
        let states = optimizer.state.flatMap { state in
            model.parameters.map { (Checkpoint.stateName(state.name, $0), $0.shape, state.storage[$0.range]) }
        }
        return parameters + kept + states
    }

    private func contentDigest(_ metadata: [String: String]) -> String {
        let digest = ContentDigest(metadata: metadata)
        for tensor in tensors.sorted(by: { $0.name < $1.name }) {
            digest.add(tensor.name, shape: tensor.shape.array, UnsafeRawBufferPointer(tensor.elements))
        }
        return digest.finish()
    }

    private func metadata(_ position: TrainingPosition) throws -> [String: String] {
        var metadata = [
            Checkpoint.Key.format: Checkpoint.format,
            Checkpoint.Key.version: Version.current,
            Checkpoint.Key.experiment: experiment.yaml,
            Checkpoint.Key.position: try position.json(),
            Checkpoint.Key.step: String(position.step),
            Checkpoint.Key.epoch: String(position.epoch),
            Checkpoint.Key.parametersDigest: model.digest(of: values, buffers: buffers),
        ]
        metadata[Checkpoint.Key.contentDigest] = contentDigest(metadata)
        return metadata
    }
}
