public import TensorCore

/// One trained tensor of a model: its name and its place in the model's flat storages. A plain value; the numbers themselves lie
/// in whatever storage a ``ForwardPass`` is given.
public struct Parameter: Hashable, Sendable {
    /// Unique dotted name, such as `"features.0.weight"`.
    public let name: String

    /// The sizes of the axes.
    public let shape: Shape

    /// Its elements in the flat storage.
    public let range: Range<Int>

    /// Its position in ``Model/parameters``.
    public let index: Int

    /// How it starts.
    public let initializer: Initializer

    /// What it does in its layer.
    public let kind: Kind

    /// The image that the last axis is the flattening of, if files have another order of it than memory.
    public let flattenedImage: FlattenedImage?

    /// What parameters do. Optimizers treat kinds differently: weight decay is usually kept from biases and norms.
    public enum Kind: String, CaseIterable, Sendable {
        /// Multiplies inputs.
        case weight

        /// Is added to outputs.
        case bias

        /// Scales or shifts what a normalisation gives.
        case norm
    }
}
