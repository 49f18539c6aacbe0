import CKernels

/// The gradients of weights and bias of a convolution whose images have one channel: the first layer of networks on gray images.
///
/// Without AVX-512, oneDNN pads the one channel to a block of eight and multiplies mostly zeros. This takes the image as it is.
/// Bits do not depend on the number of threads.
struct GrayWeightGradient {
    /// How the result's gradient must lie.
    let destination: Layout
    private let kernel: kernel_convolution
    private let threads: Int32

    /// - Parameter destination: the layout of the convolution's result. Blocks of eight channels are those of AVX2.
    /// - Returns: nil for sizes or a layout that it has no loops for.
    init?(_ sizes: ConvolutionSizes, destination: Layout?, on context: ExecutionContext) {
        guard let destination, destination.channelBlock == Int(kernel_convolution_lanes), sizes.source[3] == 1,
            sizes.weight[2] == sizes.weight[3], [3, 5, 7].contains(sizes.weight[2])
        else { return nil }
        self.destination = destination
        kernel = kernel_convolution(sizes)
        threads = Int32(clamping: context.threadCount)
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
            kernel_gray_weight_gradient(kernel, source, dy, threads, scratch, dw, db)
        }
    }
}
