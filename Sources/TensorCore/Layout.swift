/// How a tensor's elements lie in memory when that is not row-major: a layout that oneDNN chose for one of its kernels.
///
/// Outside this module every tensor is row-major. Inside, an operation that can work on any layout takes its inputs as they lie
/// (``Tensor/memory``, ``Tensor/memoryCount``, ``Tensor/descriptor()``) and gives its output a layout of its choice; one that wants
/// plain elements takes ``Tensor/plain()`` of its inputs first. A tensor's gradient always has the tensor's own layout.
///
/// To oneDNN the axes of an image tensor `[batch, height, width, channels]` are batch, channels, height, width. A layout may pad the
/// channels; whoever fills such memory leaves the padding zero, also in gradients.
final class Layout {
    let descriptor: Descriptor
    /// The shape of the tensors that have it, as Apus sees it.
    let shape: Shape
    /// The float32 that a tensor takes, padding included.
    let floatCount: Int
    /// What tells it from the other layouts of a context; 0 is row-major.
    let number: Int32
    /// The number of channels that lie side by side, for images in blocks of channels: all rows of a block, then the next block.
    let channelBlock: Int?

    init(_ descriptor: Descriptor, of shape: Shape, number: Int32) {
        self.descriptor = descriptor
        self.shape = shape
        self.number = number
        floatCount = (descriptor.byteCount + 3) / 4
        channelBlock = shape.rank == 4 ? Self.channelBlock(of: descriptor, sizes: shape.descriptorSizes) : nil
    }

    private static func channelBlock(of descriptor: Descriptor, sizes: [Int]) -> Int? {
        [16, 8, 4].first {
            guard let blocked = try? Descriptor(sizes, channelBlock: $0) else { return false }
            return descriptor.equals(blocked)
        }
    }

    /// Whether every element of memory belongs to an element of the tensor.
    var isDense: Bool {
        floatCount == shape.count
    }
}

extension Shape {
    /// The sizes in the order in which oneDNN has the axes: channels before height and width.
    var descriptorSizes: [Int] {
        rank == 4 ? [self[0], self[3], self[1], self[2]] : array
    }

    /// The strides of row-major elements, in the order in which oneDNN has the axes.
    var plainStrides: [Int] {
        var strides = [Int](repeating: 1, count: rank)
        for axis in stride(from: rank - 2, through: 0, by: -1) { strides[axis] = strides[axis + 1] * self[axis + 1] }
        return rank == 4 ? [strides[0], strides[3], strides[1], strides[2]] : strides
    }

    /// The descriptor of row-major elements.
    func plainDescriptor() throws -> Descriptor {
        try Descriptor(descriptorSizes, strides: plainStrides)
    }
}
