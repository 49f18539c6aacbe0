/// What computes the gradients of a convolution's weights and bias.
enum WeightGradientKernel {
    case oneDNN(ConvolutionKernel)
    /// Apus's own, where they are faster.
    case gray(GrayWeightGradient)
    case blocked(BlockedWeightGradient)

    /// One of Apus's own kernels, if there is one for the layouts that oneDNN wants forward.
    static func own(
        for sizes: ConvolutionSizes, beside forward: ConvolutionKernel, on context: ExecutionContext
    ) -> WeightGradientKernel? {
        guard sizes.operands == .float32 else { return nil }
        if let gray = GrayWeightGradient(sizes, destination: forward.destination, on: context) { return .gray(gray) }
        return BlockedWeightGradient(
            sizes, source: forward.source, destination: forward.destination, on: context
        ).map(WeightGradientKernel.blocked)
    }

    var ofOneDNN: ConvolutionKernel? {
        if case .oneDNN(let kernel) = self { kernel } else { nil }
    }

    /// How the images must lie.
    var source: Layout? {
        switch self {
        case .oneDNN(let kernel): kernel.source
        case .gray: nil
        case .blocked(let kernel): kernel.source
        }
    }

    /// How the result's gradient must lie.
    var destination: Layout? {
        switch self {
        case .oneDNN(let kernel): kernel.destination
        case .gray(let kernel): kernel.destination
        case .blocked(let kernel): kernel.destination
        }
    }
}
