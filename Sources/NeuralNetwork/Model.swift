public import TensorCore

/// Layers with their parameters in declared order, fixed at construction.
public struct Model: Sendable {
    /// The shape of one sample, without the batch axis.
    public let inputShape: Shape

    /// The shape of one sample's output.
    public let outputShape: Shape

    /// All parameters, in the order of declaration: the order of digests, messages and files.
    public let parameters: [Parameter]

    /// All buffers, in the order of declaration.
    public let buffers: [Buffer]

    /// The running statistics of all batch normalisations, in the order of declaration.
    public let runningStatistics: [RunningStatistics]

    /// The number of float32 in a flat storage of the parameters, gaps for alignment included.
    public let storageCount: Int

    /// The float32 of all layers' outputs for one sample: the work on activations.
    public let activationCount: Int

    /// The float32 of the tensors that a pass makes for one sample: about what it holds. What the layer before takes over (a rectifier,
    /// a change of shape) makes no tensor of its own.
    public let tensorCount: Int

    /// The float32 of these tensors' gradients, which a pass in training holds besides.
    public let gradientCount: Int

    /// The number of float32 in a flat storage of the buffers, gaps for alignment included.
    public let bufferStorageCount: Int

    /// The layers, first to last, each before its parts.
    public let outline: [LayerOutline]

    private let layer: any Layer

    /// A model for samples of `inputShape`, made by `description`.
    /// - Throws: ``ModelError`` if layers do not fit.
    public init(inputShape: Shape, _ description: LayerDescription) throws {
        let declarations = ParameterScope.Declarations()
        let made = try ParameterScope(declarations).makeOutlined(description, for: inputShape)
        self.inputShape = inputShape
        outputShape = made.output
        layer = made.layer
        parameters = declarations.parameters
        storageCount = declarations.parameterStorageCount
        buffers = declarations.buffers
        bufferStorageCount = declarations.bufferStorageCount
        runningStatistics = declarations.runningStatistics
        outline = declarations.outline.outline
        activationCount = declarations.activationCount
        tensorCount = declarations.tensorCount
        gradientCount = declarations.gradientCount
    }

    /// A model of layers one after the other.
    /// - Throws: ``ModelError`` if layers do not fit.
    public init(inputShape: Shape, layers: [LayerDescription]) throws {
        try self.init(inputShape: inputShape, .sequential(layers))
    }

    /// Names and shapes of all parameters and buffers, one a line, for comparison between ranks.
    public var summary: String {
        let lines = parameters.map { "\($0.name) \($0.shape)" } + buffers.map { "buffer \($0.name) \($0.shape)" }
        return lines.joined(separator: "\n")
    }

    /// The number of float32 in one piece's row of ``BatchStatistics``.
    public var statisticsCount: Int {
        runningStatistics.last?.range.upperBound ?? 0
    }

    /// The number of trained numbers.
    public var parameterCount: Int {
        parameters.reduce(0) { $0 + $1.shape.count }
    }

    /// Floating-point operations of the forward pass of one sample, counted as ``LayerOutline/flops`` says.
    public var flops: Int {
        outline.reduce(0) { $0 + ($1.depth == 0 ? $1.flops : 0) }
    }

    /// Fills `values` with the starting values of `seed`: the same on every rank.
    public func initialize(_ values: FlatStorage, seed: UInt64) {
        for parameter in parameters {
            parameter.initializer.fill(
                values[parameter.range], shape: parameter.shape, seed: seed, name: parameter.name)
        }
    }

    /// A new storage with the buffers as they are before the first step.
    public func makeBuffers() -> FlatStorage {
        let storage = FlatStorage(count: bufferStorageCount)
        for buffer in buffers { storage[buffer.range].update(repeating: buffer.initialValue) }
        return storage
    }

    /// Lets the running statistics in `buffers` follow what the pieces of one step saw: one update, whatever the number of pieces.
    public func updateRunningStatistics(_ buffers: FlatStorage, from pieces: BatchStatistics) {
        for statistics in runningStatistics { statistics.update(buffers, from: pieces) }
    }

    /// The name of the first running variance in `buffers` with an element below zero, if any.
    public func firstNegativeVariance(in storage: FlatStorage) -> String? {
        runningStatistics.first { storage[$0.variance.range].contains { $0 < 0 } }?.variance.name
    }

    /// The model's output for a batch of inputs.
    /// - Throws: ``OneDNNError``.
    public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor {
        try layer(input, pass)
    }
}
