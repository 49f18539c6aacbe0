public import TensorCore

/// `y = tanh(x)`, element by element.
public struct Tanh: Layer {
    /// The function.
    public init() {}

    public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor {
        try input.tanh()
    }
}

extension LayerDescription {
    /// A ``Tanh``.
    public static var tanh: LayerDescription {
        LayerDescription("tanh") { input, _ in (Tanh(), input) }
    }
}
