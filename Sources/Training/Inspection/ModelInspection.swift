public import Communication
import DataParallel
import Datasets
import Foundation
import NeuralNetwork
import TensorCore

/// What a configuration or a checkpoint says about its model: the layers one by one, and of a checkpoint where the training was.
public struct ModelInspection: Codable, Equatable, Sendable {
    /// The file.
    public let file: String

    /// The experiment's name.
    public let experiment: String

    /// The shape of one sample.
    public let inputShape: [Int]

    /// The layers, first to last, each before its parts.
    public let layers: [LayerInspection]

    /// The number of trained numbers.
    public let parameters: Int

    /// Floating-point operations of the forward pass of one sample: two for each multiply-add of linear layers and convolutions.
    public let flops: Int

    /// Nil for a configuration.
    public let checkpoint: CheckpointInspection?

    /// Reads the configuration or, if its name ends in `.safetensors`, the checkpoint at `path` on rank 0. Collective: all ranks must reach this.
    /// - Returns: Nil on the other ranks.
    /// - Throws: ``SettledFailure`` on all ranks alike.
    public static func run(_ path: String, over communicator: any Communicator) throws -> ModelInspection? {
        try Settlement.settle(over: communicator, atRoot: true, exitCode: ExitStatus.of) {
            communicator.rank == 0 ? try ModelInspection(path) : nil
        }
    }

    private init(_ path: String) throws {
        if path.hasSuffix(".safetensors") {
            try self.init(Checkpoint(path: path))
        } else {
            let experiment = try Experiment.load(file: path)
            try self.init(path, experiment.name, experiment.makeModel(), checkpoint: nil)
        }
    }

    private init(_ checkpoint: Checkpoint) throws {
        let model = try checkpoint.makeModel(
            inputShape: Shape(FashionMNIST.sampleShape), classes: FashionMNIST.classNames.count)
        try self.init(
            checkpoint.path, checkpoint.experiment.name, model, checkpoint: CheckpointInspection(checkpoint, model))
    }

    private init(_ file: String, _ experiment: String, _ model: Model, checkpoint: CheckpointInspection?) {
        self.file = file
        self.experiment = experiment
        self.checkpoint = checkpoint
        inputShape = model.inputShape.array
        layers = model.outline.map(LayerInspection.init)
        parameters = model.parameterCount
        flops = model.flops
    }

    /// One JSON object.
    public var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}

/// One layer of a ``ModelInspection``.
public struct LayerInspection: Codable, Equatable, Sendable {
    /// The dotted name, with which those of its parameters begin.
    public let name: String

    /// What it is, such as `"conv2d"`.
    public let layer: String

    /// How many layers it stands inside of.
    public let depth: Int

    /// The shape of one sample's output.
    public let outputShape: [Int]

    /// The number of trained numbers, those of its parts included.
    public let parameters: Int

    /// As in ``ModelInspection/flops``, those of its parts included.
    public let flops: Int

    init(_ outline: LayerOutline) {
        name = outline.name
        layer = outline.kind
        depth = outline.depth
        outputShape = outline.output.array
        parameters = outline.parameterCount
        flops = outline.flops
    }
}
