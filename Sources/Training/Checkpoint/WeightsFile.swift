import Files
import NeuralNetwork
import SafeTensors
import TensorCore

/// A file to take a training's first weights from: a checkpoint, or a `state_dict` that PyTorch's `safetensors.torch.save_file` wrote.
/// It must hold just the parameters and buffers of the model; what else a checkpoint holds, and PyTorch's `num_batches_tracked`,
/// plays no part.
struct WeightsFile {
    private let file: SafeTensorsFile
    private let isCheckpoint: Bool

    /// Opens `path`. A checkpoint's content is compared with its digest.
    /// - Throws: ``CheckpointError``, ``SafeTensorsError``.
    init(path: String) throws {
        do {
            file = try SafeTensorsFile(path: path)
        } catch let error as FileError {
            throw CheckpointError(error)
        }
        isCheckpoint = file.metadata[Checkpoint.Key.format] == Checkpoint.format
        if isCheckpoint { _ = try Checkpoint(path: path) }
    }

    /// Copies the parameters into `values` and the buffers into `buffers`.
    /// - Throws: ``CheckpointError`` naming the first tensor that is missing, too many, of another type or shape, not finite, or a
    ///   variance below zero;
    ///   ``SafeTensorsError``, ``FileError``.
    func load(into values: FlatStorage, buffers: FlatStorage, of model: NeuralNetwork.Model) throws {
        let tensors = model.tensors(values, buffers: buffers)
        try file.requireNames(of: tensors, ignoring: isIgnored)
        try file.read(tensors)
        if let name = model.firstNegativeVariance(in: buffers) {
            throw CheckpointError(file.path, "tensor '\(name)' holds a variance below zero")
        }
    }

    private func isIgnored(_ name: String) -> Bool {
        let counter = "num_batches_tracked"
        return name == counter || name.hasSuffix("." + counter) || (isCheckpoint && name.hasPrefix("optimizer."))
    }
}
