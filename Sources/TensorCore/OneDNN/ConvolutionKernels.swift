import COneDNN

/// The kernels of a convolution for fixed shapes, each in layouts for which oneDNN has fast code.
///
/// The choice is a pure function of the shapes and of what oneDNN offers on this processor: bits depend on it. Blocks of channels
/// come first, as in oneDNN's own choice; where they would have to be padded, channels in plain order do better, unless there are so
/// few input channels that oneDNN has kernels for images of few colours.
struct ConvolutionKernels {
    let forward: ConvolutionKernel
    let sourceGradient: ConvolutionKernel?
    let weightGradient: WeightGradientKernel?

    /// - Parameter gradients: which of the backward kernels will be needed.
    init(_ sizes: ConvolutionSizes, gradients: (source: Bool, weight: Bool), on context: ExecutionContext) throws {
        let order = try Self.order(sizes, context)
        forward = try Self.fastest(order, .forward, sizes, context)
        sourceGradient = gradients.source ? try Self.fastest(order, .sourceGradient, sizes, context) : nil
        weightGradient =
            gradients.weight
            ? try OwnWeightGradient(sizes, beside: forward, on: context).map(WeightGradientKernel.own)
                ?? .oneDNN(Self.fastest(order, .weightGradient, sizes, context)) : nil
    }

    /// oneDNN's kernels for images of few colours take up to this many channels.
    private static let fewChannels = 3

    private static func order(_ sizes: ConvolutionSizes, _ context: ExecutionContext) throws -> [ImageArrangement] {
        let blocked = try ifImplemented { try ConvolutionKernel(.forward, sizes, .any, context) }
        return blocked?.isPadded ?? false && sizes.source[3] > fewChannels
            ? [.channelsLast, .any, .channelsFirst] : [.any, .channelsLast, .channelsFirst]
    }

    /// The first for which oneDNN has more than its slow reference, and that keeps to its memory.
    private static func fastest(
        _ order: [ImageArrangement], _ direction: ConvolutionKernel.Direction, _ sizes: ConvolutionSizes,
        _ context: ExecutionContext
    ) throws -> ConvolutionKernel {
        var found: ConvolutionKernel?
        for arrangement in order {
            guard let kernel = try ifImplemented({ try ConvolutionKernel(direction, sizes, arrangement, context) })
            else { continue }
            if direction == .weightGradient && kernel.overrunsWorkspace(sizes) { continue }
            if !kernel.isReference { return kernel }
            found = found ?? kernel
        }
        if let found { return found }
        throw OneDNNError(status: onednn_not_implemented, call: "a convolution of \(sizes.source) by \(sizes.weight)")
    }

    /// Whether oneDNN has nothing better than its slow reference for one of them.
    private var needReference: Bool {
        [forward, sourceGradient, weightGradient?.ofOneDNN].contains { $0?.isReference ?? false }
    }

    /// What `make` makes; nil where oneDNN has nothing for that.
    private static func ifImplemented<Made>(_ make: () throws -> Made) throws -> Made? {
        do {
            return try make()
        } catch let error as OneDNNError where error.isNotImplemented {
            return nil
        }
    }
}

/// What computes the gradients of a convolution's weights and bias.
enum WeightGradientKernel {
    case oneDNN(ConvolutionKernel)
    case own(OwnWeightGradient)

    var ofOneDNN: ConvolutionKernel? {
        if case .oneDNN(let kernel) = self { kernel } else { nil }
    }

    /// How the images must lie.
    var source: Layout? {
        switch self {
        case .oneDNN(let kernel): kernel.source
        case .own(let kernel): kernel.source
        }
    }

    /// How the result's gradient must lie.
    var destination: Layout? {
        switch self {
        case .oneDNN(let kernel): kernel.destination
        case .own(let kernel): kernel.destination
        }
    }
}

extension ConvolutionKernels {
    /// The kernels for a precision, or for the one that has to do instead: float32 for images of few colours, which the rounding would
    /// cost more than it gains, and float32 kernels on rounded operands where oneDNN has no fast ones for bfloat16.
    static func choose(
        _ sizes: ConvolutionSizes, for precision: ComputePrecision, gradients: (source: Bool, weight: Bool),
        on context: ExecutionContext
    ) throws -> (ComputePrecision, ConvolutionSizes, ConvolutionKernels) {
        if sizes.source[3] <= fewChannels || precision == .float32 {
            return (.float32, sizes, try ConvolutionKernels(sizes, gradients: gradients, on: context))
        }
        if precision == .bfloat16 {
            var narrow = sizes
            narrow.operands = .bfloat16
            let native = try ifImplemented { try ConvolutionKernels(narrow, gradients: gradients, on: context) }
            if let native, !native.needReference { return (.bfloat16, narrow, native) }
        }
        return (.emulatedBFloat16, sizes, try ConvolutionKernels(sizes, gradients: gradients, on: context))
    }
}
