/// The kernels of a convolution for fixed shapes, each in layouts for which oneDNN has fast code.
///
/// The choice is a pure function of the shapes and of what oneDNN offers on this processor: bits depend on it. Blocks of channels
/// come first, as in oneDNN's own choice; where they would have to be padded, channels in plain order do better, unless there are so
/// few input channels that oneDNN has kernels for images of few colours. `docs/performance.md` has the measurements.
struct ConvolutionKernels {
    let forward: ConvolutionKernel
    let sourceGradient: ConvolutionKernel?
    let weightGradient: ConvolutionKernel?

    /// - Parameter gradients: which of the backward kernels will be needed.
    init(_ sizes: ConvolutionSizes, gradients: (source: Bool, weight: Bool), on context: ExecutionContext) throws {
        let order = try Self.order(sizes, context)
        func best(
            _ direction: ConvolutionKernel.Direction, if needed: Bool
        ) throws -> ConvolutionKernel? {
            needed ? try Self.fastest(order, direction, sizes, context) : nil
        }
        forward = try Self.fastest(order, .forward, sizes, context)
        sourceGradient = try best(.sourceGradient, if: gradients.source)
        weightGradient = try best(.weightGradient, if: gradients.weight)
    }

    /// oneDNN's kernels for images of few colours take up to this many channels.
    private static let fewChannels = 3

    private static func order(_ sizes: ConvolutionSizes, _ context: ExecutionContext) throws -> [ImageArrangement] {
        let blocked = try ConvolutionKernel(.forward, sizes, .any, context)
        return blocked.isPadded && sizes.source[3] > fewChannels
            ? [.channelsLast, .any, .channelsFirst] : [.any, .channelsLast, .channelsFirst]
    }

    /// The first for which oneDNN has more than its slow reference.
    private static func fastest(
        _ order: [ImageArrangement], _ direction: ConvolutionKernel.Direction, _ sizes: ConvolutionSizes,
        _ context: ExecutionContext
    ) throws -> ConvolutionKernel {
        var found: ConvolutionKernel?
        for arrangement in order {
            let kernel: ConvolutionKernel
            do {
                kernel = try ConvolutionKernel(direction, sizes, arrangement, context)
            } catch let error where error.isNotImplemented {
                continue
            }
            if !kernel.isReference { return kernel }
            found = found ?? kernel
        }
        if let found { return found }
        return try ConvolutionKernel(direction, sizes, .any, context)
    }
}

extension Error {
    fileprivate var isNotImplemented: Bool {
        (self as? OneDNNError)?.status == 3
    }
}
