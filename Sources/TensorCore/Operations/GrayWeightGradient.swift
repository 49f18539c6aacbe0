import CKernels

/// The gradients of weights and bias of a convolution whose images have one channel: the first layer of networks on gray images.
///
/// Without AVX-512, oneDNN pads the one channel to a block of eight and multiplies mostly zeros. This takes the image as it is.
/// Bits do not depend on the number of threads.
struct GrayWeightGradient {
    /// How the result's gradient must lie.
    let destination: Layout
    private let kernel: kernel_gray_convolution
    private let channels: Int
    private let threads: Int32

    /// - Parameter destination: the layout of the convolution's result. Blocks of eight channels are those of AVX2.
    /// - Returns: nil for sizes or a layout that it has no loops for.
    init?(_ sizes: ConvolutionSizes, destination: Layout?, on context: ExecutionContext) {
        let (source, weight, result) = (sizes.source, sizes.weight, sizes.destination)
        let lanes = Int(kernel_gray_lanes)
        guard let destination, destination.channelBlock == lanes, source[3] == 1,
            weight[2] == weight[3], [3, 5, 7].contains(weight[2])
        else { return nil }
        self.destination = destination
        channels = weight[0]
        threads = Int32(clamping: context.threadCount)
        kernel = kernel_gray_convolution(
            images: source[0], height: source[1], width: source[2],
            groups: (channels + lanes - 1) / lanes, rows: result[1], columns: result[2],
            kernel: weight[2], stride: sizes.window.stride, padding: sizes.window.padding)
    }

    /// - Parameters:
    ///   - source: `[batch, height, width]`, row-major.
    ///   - dy: The result's gradient, in the layout ``destination``.
    ///   - dw: Takes `[outputChannels, 1, kernelHeight, kernelWidth]`.
    ///   - db: Takes `[outputChannels]`; nil if nobody wants it.
    func run(
        on context: ExecutionContext, source: UnsafePointer<Float>, dy: UnsafePointer<Float>,
        dw: UnsafeMutablePointer<Float>, db: UnsafeMutablePointer<Float>?
    ) {
        withUnsafePointer(to: kernel) { kernel in
            let scratchCount = (kernel_gray_scratch(kernel) + 3) / 4
            let scratch = context.pool.take(scratchCount)
            defer { context.pool.give(scratch, scratchCount) }
            kernel_gray_weight_gradient(kernel, source, dy, channels, threads, scratch, dw, db)
        }
    }
}
