import TensorCore

/// An image that was flattened to an axis of features, in the two orders that there are: in memory the channels of a pixel lie side
/// by side, `[height, width, channels]`; in files, as PyTorch writes and reads them, the pixels of a channel do,
/// `[channels, height, width]`.
public struct FlattenedImage: Hashable, Sendable {
    private let pixels: Int
    private let channels: Int

    /// The flattening of samples of the given shape; nil if the two orders are the same.
    init?(_ shape: Shape) {
        guard shape.rank == 3, shape[0] * shape[1] > 1, shape[2] > 1 else { return nil }
        pixels = shape[0] * shape[1]
        channels = shape[2]
    }

    /// The number of features.
    public var count: Int { pixels * channels }

    /// Copies a tensor whose last axis is this one from the order in memory to that in files.
    public func toFile(_ memory: UnsafeBufferPointer<Float>, _ file: UnsafeMutableBufferPointer<Float>) {
        forEachPlace(memory.count, file.count) { file[$1] = memory[$0] }
    }

    /// Copies a tensor whose last axis is this one from the order in files to that in memory.
    public func toMemory(_ file: UnsafeBufferPointer<Float>, _ memory: UnsafeMutableBufferPointer<Float>) {
        forEachPlace(memory.count, file.count) { memory[$0] = file[$1] }
    }

    @inline(__always)
    private func forEachPlace(_ memoryCount: Int, _ fileCount: Int, _ body: (_ memory: Int, _ file: Int) -> Void) {
        guard memoryCount == fileCount, memoryCount.isMultiple(of: count) else {
            fatalError("\(memoryCount) and \(fileCount) elements are no tensors whose last axis has \(count).")
        }
        for row in stride(from: 0, to: memoryCount, by: count) {
            for channel in 0..<channels {
                for pixel in 0..<pixels { body(row + pixel * channels + channel, row + channel * pixels + pixel) }
            }
        }
    }
}
