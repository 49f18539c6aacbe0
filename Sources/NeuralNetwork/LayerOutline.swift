public import TensorCore

/// One layer of a model as a table lists it.
public struct LayerOutline: Equatable, Sendable {
    /// The dotted name, with which those of its parameters begin.
    public let name: String

    /// What it is, such as `"conv2d"`.
    public let kind: String

    /// How many layers it stands inside of: 0 for a part of the model itself, 1 for a part of a block.
    public let depth: Int

    /// The shape of one sample's output.
    public let output: Shape

    /// The number of trained numbers, those of its parts included.
    public let parameterCount: Int

    /// Floating-point operations of the forward pass of one sample, those of its parts included: two for each multiply-add.
    ///
    /// Counted are linear layers and convolutions: an element of a weight `[outputs, …]` takes part in one multiply-add at each of
    /// the places that the layer's output has beside its axis of `outputs`. Biases, activations, pooling, normalisation and sums
    /// are not counted.
    public let flops: Int
}
