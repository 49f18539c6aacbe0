public import TensorCore

/// `y = 1 / (1 + e⁻ˣ)`, element by element.
public struct Sigmoid: Layer {
    /// The function.
    public init() {}

    public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor {
        try input.sigmoid()
    }
}

extension LayerDescription {
    /// A ``Sigmoid``.
    public static var sigmoid: LayerDescription {
        LayerDescription("sigmoid") { input, _ in (Sigmoid(), input) }
    }
}
