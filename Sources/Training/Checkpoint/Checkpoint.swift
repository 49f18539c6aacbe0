import Files
import NeuralNetwork
import Optimization
import SafeTensors
import TensorCore

/// A checkpoint file, opened and checked: a safetensors file with the experiment and the position in its metadata.
public struct Checkpoint: Sendable {
    /// The file.
    public let path: String

    /// The experiment as it was resolved.
    public let experiment: Experiment

    /// Where the training was.
    public let position: TrainingPosition

    private let file: SafeTensorsFile

    enum Key {
        static let format = "format"
        static let version = "apusVersion"
        static let experiment = "experiment"
        static let position = "position"
        static let step = "step"
        static let epoch = "epoch"
        static let environment = "environment"
        static let parametersDigest = "parametersDigest"
        static let contentDigest = "contentDigest"
    }

    /// The value of the metadata key `format`.
    static let format = "apus-checkpoint-1"

    /// Opens `path` and checks everything: the format, the metadata, and that nothing has changed since it was written.
    /// - Throws: ``SafeTensorsError``, ``CheckpointError``.
    public init(path: String) throws {
        self.path = path
        file = try Self.open(path)
        let format = file.metadata[Key.format]
        guard format == Self.format else {
            throw CheckpointError(
                path,
                "this is no checkpoint of Apus: its metadata say format '\(format?.excerpt ?? "")', not "
                    + "'\(Self.format)'")
        }
        experiment = try Self.experiment(in: file)
        guard let text = file.metadata[Key.position],
            let position = try? TrainingPosition(json: text),
            position.isConsistent, file.metadata[Key.step] == String(position.step)
        else {
            throw CheckpointError(path, "the checkpoint's metadata hold no valid position")
        }
        self.position = position
        try requireIntactContent()
    }

    /// The digest of parameters and buffers when they were written, as the file says.
    var parametersDigest: String? { file.metadata[Key.parametersDigest] }

    /// Where it was written; nil if the file does not say so.
    var environment: NumericEnvironment? {
        file.metadata[Key.environment].flatMap(NumericEnvironment.init(json:))
    }

    /// Copies the parameters into `values`, the buffers into `buffers`, and, if given, the optimizer's state into `optimizer`.
    /// - Throws: ``CheckpointError`` if the file is not of this model: a tensor is missing, too many, of another shape, or not
    ///   finite;
    ///   ``SafeTensorsError``, ``FileError``.
    func load(
        into values: FlatStorage, buffers: FlatStorage, of model: NeuralNetwork.Model, optimizer: (any Optimizer)? = nil
    ) throws {
        let tensors = model.tensors(values, buffers: buffers)
        try file.requireNames(of: tensors) { $0.hasPrefix("optimizer.") }
        try file.read(tensors + (optimizer.map(model.tensors(of:)) ?? []))
    }

    /// The model of ``experiment``, for samples of `inputShape` in `classes` classes.
    /// - Throws: ``CheckpointError`` if the experiment describes none.
    func makeModel(inputShape: Shape, classes: Int) throws -> NeuralNetwork.Model {
        do {
            return try experiment.makeModel(inputShape: inputShape, classes: classes)
        } catch let error as ModelError {
            throw CheckpointError(path, "the checkpoint's experiment describes no model", because: error)
        }
    }

    /// Checks that the file holds the parameters and buffers of `model`.
    /// - Throws: ``CheckpointError`` if shapes do not match; ``SafeTensorsError``.
    func requireTensors(of model: NeuralNetwork.Model) throws {
        for parameter in model.parameters { try file.require(parameter.name, parameter.shape) }
        for buffer in model.buffers { try file.require(buffer.name, buffer.shape) }
    }

    // A checkpoint that is not there is bad input like a damaged one, whereas a checkpoint that cannot be written is not.
    private static func open(_ path: String) throws -> SafeTensorsFile {
        do {
            return try SafeTensorsFile(path: path)
        } catch let error as FileError {
            throw CheckpointError(error)
        }
    }

    private static func experiment(in file: SafeTensorsFile) throws -> Experiment {
        guard let text = file.metadata[Key.experiment] else {
            throw CheckpointError(file.path, "the checkpoint's metadata hold no experiment")
        }
        do {
            return try Experiment(yaml: text, source: file.path)
        } catch {
            throw CheckpointError(file.path, "the checkpoint's metadata hold no valid experiment", because: error)
        }
    }

    private func requireIntactContent() throws {
        let digest = ContentDigest(metadata: file.metadata)
        for entry in file.entries.sorted(by: { $0.name < $1.name }) {
            try file.bytes(entry.name).withUnsafeBytes { digest.add(entry.name, shape: entry.shape, $0) }
        }
        guard digest.finish() == file.metadata[Key.contentDigest] else {
            throw CheckpointError(
                path, "the checkpoint is damaged: its content does not match the digest in its metadata")
        }
    }
}
