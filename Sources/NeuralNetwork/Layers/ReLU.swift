public import TensorCore

/// `y = max(x, 0)`, element by element.
public struct ReLU: Layer {
    /// The rectifier.
    public init() {}

    public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor {
        input.relu()
    }
}

extension LayerDescription {
    /// A ``ReLU``.
    public static var relu: LayerDescription {
        LayerDescription("relu") { input, _ in (ReLU(), input) }
    }
}
