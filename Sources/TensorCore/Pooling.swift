import CKernels

/// What the pooling operations share: a window over images of a fixed shape, as our own loops see them.
///
/// The loops work on pixels of `lanes` channels that lie side by side: all of them in row-major images, those of a block in blocked
/// ones. oneDNN's pooling is not used: its maximum loses NaN.
struct Pooling {
    let window: Window
    /// The shape of the result, `[batch, rows, columns, channels]`.
    let shape: Shape
    /// How the result lies: as the source.
    let layout: Layout?
    let kernel: kernel_pool
    /// The threads that share the images; bits do not depend on them.
    let threads: Int32

    init(_ window: Window, of source: Shape, _ layout: Layout?, on context: ExecutionContext) throws {
        self.window = window
        shape = Shape(source[0], window.places(source[1]), window.places(source[2]), source[3])
        self.layout = try context.layout(channelBlock: layout?.channelBlock, of: shape)
        threads = Int32(clamping: context.threadCount)
        let lanes = layout?.channelBlock ?? source[3]
        let blocks = lanes == 0 ? 0 : (source[3] + lanes - 1) / lanes
        kernel = kernel_pool(
            images: source[0] * blocks, height: source[1], width: source[2], lanes: lanes, rows: shape[1],
            columns: shape[2], kernel: window.kernel, stride: window.stride, padding: window.padding)
    }

    /// The float32 of the result in memory.
    var memoryCount: Int {
        layout?.floatCount ?? shape.count
    }
}

extension Tensor {
    func requirePooling(_ window: Window, _ operation: String) {
        let (kernel, padding) = (window.kernel, window.padding)
        let isSensible = window.stride > 0 && kernel <= Window.greatestPool && padding >= 0 && padding < kernel
        let fits = shape.rank == 4 && isSensible && window.places(shape[1]) > 0 && window.places(shape[2]) > 0
        requireWindow(
            fits, operation, shape, kernel: (kernel, kernel), stride: window.stride, padding: padding)
    }
}

extension Window {
    /// The greatest kernel of a pooling: the place of an element in it must fit into 16 bits.
    static let greatestPool = 255
}
