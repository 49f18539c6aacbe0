import COneDNN

// What convolutional models need of oneDNN: the kernels that it likes best, in the layouts that it likes best.
extension KernelChoice {
    enum PoolingKind {
        case maximum, mean, meanWithPadding

        fileprivate var code: onednn_pooling {
            switch self {
            case .maximum: onednn_pool_maximum
            case .mean: onednn_pool_mean
            case .meanWithPadding: onednn_pool_mean_with_padding
            }
        }
    }

    /// A pooling and its derivative, in the first layout for which oneDNN has more than its slow reference. Which that is depends on
    /// the processor: AVX-512 wants blocks of 16 channels, AVX2 of 8.
    static func pooling(
        _ kind: PoolingKind, _ pooling: Pooling, of source: Shape, on context: ExecutionContext
    ) throws -> [KernelChoice] {
        var pairs: [(forward: Primitive, backward: Primitive)] = []
        for (first, second) in try layouts(source, pooling.shape) {
            let forward = try Primitive.pooling(
                context.engine, kind.code, source: first, destination: second, window: pooling.window)
            let backward = try Primitive.poolingGradient(
                context.engine, kind.code, source: first, destination: second, window: pooling.window)
            pairs.append((forward, backward))
            if !forward.isReference && !backward.isReference { break }
        }
        let fast = pairs.first { !$0.forward.isReference && !$0.backward.isReference }
        guard let chosen = fast ?? pairs.first else { return [] }
        return [
            try alone("pooling forward", chosen.forward, on: context),
            try alone("pooling backward", chosen.backward, on: context),
        ]
    }

    /// The layouts for a pooling's source and destination, the likelier first: channels in blocks where they fill them.
    private static func layouts(_ source: Shape, _ destination: Shape) throws -> [(Descriptor, Descriptor)] {
        let blocked = try [16, 8].filter { source[3].isMultiple(of: $0) }.map { block in
            let descriptor = { (shape: Shape) in try Descriptor(shape.descriptorSizes, channelBlock: block) }
            return (try descriptor(source), try descriptor(destination))
        }
        let plain = try [ImageArrangement.channelsFirst, .channelsLast].map {
            (try $0.descriptor(source), try $0.descriptor(destination))
        }
        return blocked + plain
    }

    /// The three kernels of a convolution, as far as they are needed; a rectifier is part of the first.
    static func convolution(
        _ operation: ConvolutionOperation, on context: ExecutionContext
    ) throws -> [KernelChoice] {
        let (engine, sizes) = (context.engine, operation.sizes)
        func kernel(_ name: String, _ direction: ConvolutionKernel.Direction, relu: Bool = false) throws -> KernelChoice
        {
            try .alone(name, .convolution(direction, sizes, .any, on: engine, relu: relu), on: context)
        }
        var choices = [try kernel("convolution forward", .forward, relu: operation.relu)]
        if operation.choice.sourceGradient != nil {
            choices.append(try kernel("convolution input gradient", .sourceGradient))
        }
        if operation.choice.weightGradient != nil {
            choices.append(try kernel("convolution weight gradient", .weightGradient))
        }
        if operation.relu {
            let rectifier = try ElementFunction(.relu, engine, count: sizes.destination.count)
            choices.append(rectifier.backwardKernel(on: context))
        }
        return choices
    }
}
