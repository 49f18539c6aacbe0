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
}
