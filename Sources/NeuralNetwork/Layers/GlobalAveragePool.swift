public import TensorCore

/// The mean of each channel over height and width: `[batch, height, width, channels]` to `[batch, channels]`.
public struct GlobalAveragePool: Layer {
    /// The mean.
    public init() {}

    public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor {
        try input.globalAveragePooled()
    }
}

extension LayerDescription {
    /// A ``GlobalAveragePool``.
    public static var globalAveragePool: LayerDescription {
        LayerDescription("globalAveragePool") { input, scope in
            guard input.rank == 3, input[0] > 0, input[1] > 0 else {
                throw ModelError(
                    "Layer '\(scope.name)' (globalAveragePool) takes images, but what stands before it gives \(input).")
            }
            return (GlobalAveragePool(), [input[2]])
        }
    }
}
