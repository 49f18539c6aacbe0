public import TensorCore

/// Softmax over the last axis: probabilities from logits.
public struct Softmax: Layer {
    /// The function.
    public init() {}

    public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor {
        try input.softmax()
    }
}

extension LayerDescription {
    /// A ``Softmax``.
    public static var softmax: LayerDescription {
        LayerDescription("softmax") { input, _ in (Softmax(), input) }
    }
}
