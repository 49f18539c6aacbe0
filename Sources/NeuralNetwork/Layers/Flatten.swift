public import TensorCore

/// `[batch, …]` as `[batch, features]`, row-major.
///
/// The features of images come in the order height, width, channel. PyTorch, whose images are `[batch, channels, height, width]`, has
/// them in the order channel, height, width: the weight of a linear layer behind this one has its columns in another order there.
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
