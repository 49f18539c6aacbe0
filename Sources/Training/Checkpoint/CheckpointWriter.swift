import NeuralNetwork
import Optimization
import SafeTensors
import TensorCore

/// Writes a training's state as one safetensors file, readable by any reader of the format.
///
/// Tensors: parameters and buffers under their names, the optimizer's state as `optimizer.<state>.<parameter>`, all in PyTorch's order
/// of elements. Metadata: see ``Checkpoint``.
struct CheckpointWriter {
    let model: NeuralNetwork.Model
    let values: FlatStorage
    let buffers: FlatStorage
    let optimizer: any Optimizer
    let experiment: Experiment

    /// The name of the first tensor of the state that holds an infinite element or one that is not a number, if any.
    var firstNotFinite: String? { tensors.first { !$0.isFinite }?.name }

    private var tensors: [StateTensor] { model.tensors(values, buffers: buffers) + model.tensors(of: optimizer) }

    /// Writes the state at `position` to `path`, whole or not at all.
    /// - Throws: ``FileError``, ``SafeTensorsError``.
    func write(_ position: TrainingPosition, to path: String) throws {
        let state = StateCopy(tensors)
        try withExtendedLifetime(state) {
            var writer = SafeTensorsWriter(metadata: try metadata(position, state))
            for tensor in state.tensors {
                try writer.add(tensor.name, shape: tensor.shape.array, elements: tensor.elements)
            }
            try writer.write(to: path)
        }
    }

    private func contentDigest(_ metadata: [String: String], _ state: StateCopy) -> String {
        let digest = ContentDigest(metadata: metadata)
        for tensor in state.tensors.sorted(by: { $0.name < $1.name }) {
            digest.add(tensor.name, shape: tensor.shape.array, UnsafeRawBufferPointer(tensor.elements))
        }
        return digest.finish()
    }

    private func metadata(_ position: TrainingPosition, _ state: StateCopy) throws -> [String: String] {
        var metadata = [
            Checkpoint.Key.format: Checkpoint.format,
            Checkpoint.Key.version: Version.current,
            Checkpoint.Key.experiment: experiment.yaml,
            Checkpoint.Key.position: try position.json(),
            Checkpoint.Key.step: String(position.step),
            Checkpoint.Key.epoch: String(position.epoch),
            Checkpoint.Key.environment: NumericEnvironment.current.json,
            Checkpoint.Key.parametersDigest: model.digest(of: values, buffers: buffers),
        ]
        metadata[Checkpoint.Key.contentDigest] = contentDigest(metadata, state)
        return metadata
    }
}
