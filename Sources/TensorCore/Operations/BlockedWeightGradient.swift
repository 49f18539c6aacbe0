import CKernels

/// The gradients of weights and bias of a convolution whose images and results lie in blocks of eight channels: what oneDNN chooses
/// with AVX2, where its own kernel for this reaches two thirds of the speed of its others.
///
/// Each weight's sum has one order, image after image, so bits depend neither on the number of threads nor on who computes it: oneDNN's
/// kernel has the same on one thread.
struct BlockedWeightGradient {
    /// How the images, and the result's gradient, must lie.
    let source, destination: Layout
    private let kernel: kernel_convolution
    private let threads: Int32

    /// - Parameters:
    ///   - source: the layout of the convolution's images.
    ///   - destination: the layout of its result.
    /// - Returns: nil for sizes, layouts or a processor that it has no loops for.
    init?(_ sizes: ConvolutionSizes, source: Layout?, destination: Layout?, on context: ExecutionContext) {
        let lanes = Int(kernel_convolution_lanes)
        guard kernel_blocked_is_fast() != 0, let source, let destination,
            source.channelBlock == lanes, destination.channelBlock == lanes,
            sizes.source[3].isMultiple(of: lanes), sizes.weight[0].isMultiple(of: 2 * lanes),
            sizes.weight[2] == sizes.weight[3], [3, 5].contains(sizes.weight[2])
        else { return nil }
        (self.source, self.destination) = (source, destination)
        kernel = kernel_convolution(sizes)
        threads = Int32(clamping: context.threadCount)
    }

    /// - Parameters:
    ///   - source: The images, in the layout ``source``.
    ///   - dy: The result's gradient, in the layout ``destination``.
    ///   - dw: Takes `[outputChannels, inputChannels, kernelHeight, kernelWidth]`.
    ///   - db: Takes `[outputChannels]`; nil if nobody wants it.
    func run(
        on context: ExecutionContext, source: UnsafePointer<Float>, dy: UnsafePointer<Float>,
        dw: UnsafeMutablePointer<Float>, db: UnsafeMutablePointer<Float>?
    ) {
        withUnsafePointer(to: kernel) { kernel in
            let scratchCount = (kernel_blocked_scratch(kernel, threads) + 3) / 4
            let scratch = context.pool.take(scratchCount)
            defer { context.pool.give(scratch, scratchCount) }
            kernel_blocked_weight_gradient(kernel, source, dy, threads, scratch, dw, db)
        }
    }
}

extension kernel_convolution {
    /// A convolution by a square kernel, for Apus's own loops.
    init(_ sizes: ConvolutionSizes) {
        let (source, weight, result) = (sizes.source, sizes.weight, sizes.destination)
        self.init(
            images: source[0], height: source[1], width: source[2], channels: source[3], rows: result[1],
            columns: result[2], outputs: weight[0], kernel: weight[2], stride: sizes.window.stride,
            padding: sizes.window.padding)
    }
}
