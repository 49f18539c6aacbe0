public import TensorCore

/// Layers with their parameters in declared order, fixed at construction.
public struct Model: Sendable {
    /// The shape of one sample, without the batch axis.
    public let inputShape: Shape

    /// The shape of one sample's output.
    public let outputShape: Shape

    /// All parameters, in the order of declaration: the order of digests, messages and files.
    public let parameters: [Parameter]

    /// The number of float32 in a flat storage of the parameters, gaps for alignment included.
    public let storageCount: Int

    private let layer: any Layer

    /// A model for samples of `inputShape`, made by `description`.
    /// - Throws: ``ModelError`` if layers do not fit.
    public init(inputShape: Shape, _ description: LayerDescription) throws {
        let declarations = ParameterScope.Declarations()
        let made = try description.make(inputShape, ParameterScope(declarations))
        self.inputShape = inputShape
        outputShape = made.output
        layer = made.layer
        parameters = declarations.parameters
        storageCount = declarations.count
    }

    /// A model of layers one after the other.
    /// - Throws: ``ModelError`` if layers do not fit.
    public init(inputShape: Shape, layers: [LayerDescription]) throws {
        try self.init(inputShape: inputShape, .sequential(layers))
    }

    /// Names and shapes of all parameters, one a line, for comparison between ranks.
    public var summary: String {
        parameters.map { "\($0.name) \($0.shape)" }.joined(separator: "\n")
    }

    /// The number of trained numbers.
    public var parameterCount: Int {
        parameters.reduce(0) { $0 + $1.shape.count }
    }

    /// Fills `values` with the starting values of `seed`: the same on every rank.
    public func initialize(_ values: FlatStorage, seed: UInt64) {
        for parameter in parameters {
            parameter.initializer.fill(
                values[parameter.range], shape: parameter.shape, seed: seed, name: parameter.name)
        }
    }

    /// The first parameter of which `values` holds an infinite element or one that is not a number, if any.
    public func firstNotFinite(in values: FlatStorage) -> Parameter? {
        parameters.first { !Kernels.areFinite(values[$0.range]) }
    }

    /// The model's output for a batch of inputs.
    /// - Throws: ``OneDNNError``.
    public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor {
        try layer(input, pass)
    }
}
