public import TensorCore

/// One tensor of a model that is kept but not trained, such as a running mean: its name and its place in the model's flat storage of
/// buffers. A plain value, as a ``Parameter`` is.
public struct Buffer: Hashable, Sendable {
    /// Dotted name, unique among the model's parameters and buffers, such as `"1.running_mean"`.
    public let name: String

    /// The sizes of the axes.
    public let shape: Shape

    /// Its elements in the flat storage of buffers.
    public let range: Range<Int>

    /// Its position in ``Model/buffers``.
    public let index: Int

    /// What all its elements are before the first step.
    public let initialValue: Float

    /// The image that the last axis is the flattening of, if files have another order of it than memory.
    public let flattenedImage: FlattenedImage?
}
