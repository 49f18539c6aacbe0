import CKernels

/// The gradients of weights and bias of a convolution by loops of Apus's own, where oneDNN's kernels for AVX2 are slow. Bits do not
/// depend on the number of threads.
struct OwnWeightGradient {
    /// How the images, and the result's gradient, must lie.
    let source, destination: Layout?
    private let kernel: kernel_convolution
    private let loops: Loops
    private let threads: Int32

    private enum Loops {
        /// For images of one channel, which oneDNN pads to a block of eight, to multiply mostly zeros. This takes them as they are.
        case gray
        /// For images in blocks of eight channels, on which oneDNN reaches two thirds of the speed of its other kernels. The weights'
        /// sums have the order, and so the bits, of oneDNN's `jit:avx2` on one thread; what has few rows it computes otherwise.
        case blocked
    }

    /// - Parameter forward: the kernel that computes the result; the layouts are its.
    /// - Returns: nil for sizes, layouts or a processor that there are no loops for.
    init?(_ sizes: ConvolutionSizes, beside forward: ConvolutionKernel, on context: ExecutionContext) {
        guard let loops = Self.loops(for: sizes, source: forward.source, destination: forward.destination)
        else { return nil }
        self.loops = loops
        source = loops == .gray ? nil : forward.source
        destination = forward.destination
        kernel = kernel_convolution(sizes)
        threads = Int32(clamping: context.threadCount)
    }

    private static func loops(for sizes: ConvolutionSizes, source: Layout?, destination: Layout?) -> Loops? {
        let lanes = Int(kernel_convolution_lanes)
        let (outputs, channels, side) = (sizes.weight[0], sizes.weight[1], sizes.weight[2])
        guard sizes.operands == .float32, destination?.channelBlock == lanes, side == sizes.weight[3]
        else { return nil }
        if channels == 1 && [3, 5, 7].contains(side) { return .gray }
        guard OneDNN.hasAVX2, kernel_blocked_is_available() != 0, source?.channelBlock == lanes,
            channels.isMultiple(of: lanes), outputs.isMultiple(of: 2 * lanes), [3, 5].contains(side)
        else { return nil }
        return .blocked
    }

    /// - Parameters:
    ///   - source: The images, in the layout ``source``; row-major if there is none.
    ///   - dy: The result's gradient, in the layout ``destination``.
    ///   - dw: Takes `[outputChannels, inputChannels, kernelHeight, kernelWidth]`.
    ///   - db: Takes `[outputChannels]`; nil if nobody wants it.
    func run(
        on context: ExecutionContext, source: UnsafePointer<Float>, dy: UnsafePointer<Float>,
        dw: UnsafeMutablePointer<Float>, db: UnsafeMutablePointer<Float>?
    ) {
        withUnsafePointer(to: kernel) { kernel in
            let byteCount =
                switch loops {
                case .gray: kernel_gray_scratch(kernel)
                case .blocked: kernel_blocked_scratch(kernel, threads)
                }
            let scratch = context.pool.take((byteCount + 3) / 4)
            defer { context.pool.give(scratch, (byteCount + 3) / 4) }
            switch loops {
            case .gray: kernel_gray_weight_gradient(kernel, source, dy, threads, scratch, dw, db)
            case .blocked: kernel_blocked_weight_gradient(kernel, source, dy, threads, scratch, dw, db)
            }
        }
    }
}

extension kernel_convolution {
    /// A convolution by a square kernel.
    fileprivate init(_ sizes: ConvolutionSizes) {
        let (source, weight, result) = (sizes.source, sizes.weight, sizes.destination)
        self.init(
            images: source[0], height: source[1], width: source[2], channels: source[3], rows: result[1],
            columns: result[2], outputs: weight[0], kernel: weight[2], stride: sizes.window.stride,
            padding: sizes.window.padding)
    }
}
