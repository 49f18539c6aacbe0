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

    /// A pooling and its derivative: channels in blocks where they fill them, else one after the other.
    static func pooling(
        _ kind: PoolingKind, _ pooling: Pooling, of source: Shape, on context: ExecutionContext
    ) throws -> [KernelChoice] {
        let (first, second) = (try images(source), try images(pooling.shape))
        let forward = try Primitive.pooling(
            context.engine, kind.code, source: first, destination: second, window: pooling.window)
        let backward = try Primitive.poolingGradient(
            context.engine, kind.code, source: first, destination: second, window: pooling.window)
        return [
            try .alone("pooling forward", forward, on: context), try .alone("pooling backward", backward, on: context),
        ]
    }

    private static func images(_ shape: Shape) throws -> Descriptor {
        let block = 16
        return shape[3].isMultiple(of: block)
            ? try Descriptor(shape.descriptorSizes, channelBlock: block)
            : try ImageArrangement.channelsFirst.descriptor(shape)
    }

    /// The three kernels of a convolution, as far as they are needed; a rectifier is part of the first.
    static func convolution(
        _ operation: ConvolutionOperation, on context: ExecutionContext
    ) throws -> [KernelChoice] {
        let (engine, sizes) = (context.engine, operation.sizes)
        let (source, destination) = (try sizes.source.anyDescriptor(), try sizes.destination.anyDescriptor())
        let weights = try Descriptor(sizes.weight.array, strides: nil)
        let bias = sizes.bias ? try Descriptor([sizes.weight[0]], strides: [1]) : nil
        let forward = try Primitive.convolution(
            engine, source: source, weights: weights, bias: bias, destination: destination, window: sizes.window,
            relu: operation.relu)
        var choices = [try KernelChoice.alone("convolution forward", forward, on: context)]
        if operation.choice.sourceGradient != nil {
            let backward = try Primitive.convolutionSourceGradient(
                engine, source: source, weights: weights, destination: destination, window: sizes.window)
            choices.append(try .alone("convolution input gradient", backward, on: context))
        }
        if operation.choice.weightGradient != nil {
            let backward = try Primitive.convolutionWeightGradient(
                engine, source: source, weights: weights, bias: bias, destination: destination, window: sizes.window)
            choices.append(try .alone("convolution weight gradient", backward, on: context))
        }
        if operation.relu {
            let rectifier = try ElementFunction(.relu, engine, count: sizes.destination.count)
            choices.append(rectifier.backwardKernel(on: context))
        }
        return choices
    }

    /// A primitive on operands of its own, in the layouts that it wants.
    private static func alone(
        _ name: String, _ primitive: Primitive, on context: ExecutionContext
    ) throws -> KernelChoice {
        let counts = try primitive.roles.map { (try primitive.descriptor(of: $0).byteCount + 3) / 4 }
        return .primitive(name, primitive, floatCounts: counts, on: context)
    }
}
