import NeuralNetwork
import TensorCore

/// Where the training of a checkpoint was, and which numbers it holds.
public struct CheckpointInspection: Codable, Equatable, Sendable {
    /// Optimizer steps done.
    public let step: Int

    /// Whole epochs done.
    public let epoch: Int

    /// Steps done of the running epoch.
    public let stepInEpoch: Int

    /// The accuracy of the last validation, in `[0, 1]`; nil if there was none.
    public let validationAccuracy: Double?

    /// SHA-256, in hex, of all parameters and buffers, computed anew and equal to what the file says.
    public let parametersDigest: String

    /// What the checkpoint says; opening it has checked its content against its digest.
    /// - Throws: ``CheckpointError`` if the tensors are not those of `model`, or not those that the training had.
    init(_ checkpoint: Checkpoint, _ model: Model) throws {
        try checkpoint.requireTensors(of: model)
        let (values, buffers) = (FlatStorage(count: model.storageCount), model.makeBuffers())
        try checkpoint.load(into: values, buffers: buffers, of: model)
        parametersDigest = model.digest(of: values, buffers: buffers)
        guard parametersDigest == checkpoint.parametersDigest else {
            throw CheckpointError(
                checkpoint.path, "the parameters do not match the digest in the checkpoint's metadata")
        }
        step = checkpoint.position.step
        epoch = checkpoint.position.epoch
        stepInEpoch = checkpoint.position.stepInEpoch
        validationAccuracy = checkpoint.position.validation?.accuracy
    }
}
