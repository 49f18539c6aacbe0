public import TensorCore

/// A part of a model: plain data plus a call. The numbers it works with come from the ``ForwardPass``.
public protocol Layer: Sendable {
    /// The layer's output for a batch of inputs, recorded on the tape of `input`.
    /// - Throws: ``OneDNNError``.
    func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor
}

/// A layer before it knows its input: what a list of layers is made of, in code and in a configuration file.
public struct LayerDescription: Sendable {
    /// As messages name it.
    public let name: String

    /// Makes the layer for samples of the given shape (without the batch axis) and says the shape of its outputs.
    public let make: @Sendable (_ input: Shape, _ scope: ParameterScope) throws -> (layer: any Layer, output: Shape)

    /// A description that makes its layer by `make`.
    public init(
        _ name: String,
        make: @escaping @Sendable (_ input: Shape, _ scope: ParameterScope) throws -> (layer: any Layer, output: Shape)
    ) {
        self.name = name
        self.make = make
    }
}

extension ParameterScope {
    /// - Throws: ``ModelError`` unless the layer of this scope gives at least one `output`.
    func requireOutputs(_ count: Int, _ layer: String, _ output: String) throws {
        guard count > 0 else {
            throw ModelError("Layer '\(name)' (\(layer)) must give at least 1 \(output), not \(count).")
        }
    }
}

/// A list of layers that do not fit together, or do not fit their input.
public struct ModelError: Error, Equatable, CustomStringConvertible {
    /// One full sentence that names the layer.
    public let description: String

    /// An error with its sentence.
    public init(_ description: String) {
        self.description = description
    }
}
