public import TensorCore

/// `[batch, …]` as `[batch, features]`, row-major.
public struct Flatten: Layer {
    /// The change of shape.
    public init() {}

    public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor {
        try input.flattened()
    }
}

extension LayerDescription {
    /// A ``Flatten``.
    public static var flatten: LayerDescription {
        LayerDescription("flatten") { input, scope in
            if input.rank > 1 { scope.flattenedImage = FlattenedImage(input) }
            return (Flatten(), [input.count])
        }
    }
}
