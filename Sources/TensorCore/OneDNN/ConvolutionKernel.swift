/// One of oneDNN's three convolution primitives, with the layouts it wants and the way there for the weights.
struct ConvolutionKernel {
    enum Direction {
        case forward, sourceGradient, weightGradient
    }

    let primitive: Primitive
    /// How the images, or their gradients, must lie; what the kernel multiplies is then rounded as it lies.
    let source, destination: Layout?
    /// The float32 whose memory the weights, or their gradient, take in the layout that the primitive wants.
    let weightCount: Int
    /// The weights' way into that layout, or the gradient's way out of it; nil where they may stay as they are.
    private let weightReorder: Primitive?
    private let weightDescriptor: Descriptor

    init(
        _ direction: Direction, _ sizes: ConvolutionSizes, _ arrangement: ImageArrangement,
        _ context: ExecutionContext
    ) throws {
        let engine = context.engine
        let primitive = try Primitive.convolution(direction, sizes, arrangement, on: engine)
        func layout(_ role: Primitive.Role, _ shape: Shape) throws -> Layout? {
            context.layout(try ImageArrangement.inFloat32(primitive.descriptor(of: role), of: shape), of: shape)
        }
        self.primitive = primitive
        source = try layout(direction == .sourceGradient ? .sourceGradient : .source, sizes.source)
        destination = try layout(direction == .forward ? .destination : .destinationGradient, sizes.destination)
        weightDescriptor = try primitive.descriptor(of: direction == .weightGradient ? .weightsGradient : .weights)
        weightCount = (weightDescriptor.byteCount + 3) / 4
        let plain = try sizes.plainWeights(weightDescriptor.type)
        if weightDescriptor.equals(plain) {
            weightReorder = nil
        } else if direction == .weightGradient {
            weightReorder = try .reorder(engine, from: weightDescriptor, to: plain)
        } else {
            weightReorder = try .reorder(engine, from: plain, to: weightDescriptor)
        }
    }

    var isReference: Bool { primitive.isReference }

    /// Whether this kernel for the weights' gradient may write beyond its workspace: oneDNN's for 1 × 1 weights gathers the pixels that
    /// the stride leaves as if they had a whole block of channels, where channels lie together and are no whole blocks, of 8 or 16
    /// (uxlfoundation/oneDNN issue 6035, in 2.6 and 3.x). Memory of others is destroyed then, or with several threads the sum.
    func overrunsWorkspace(_ sizes: ConvolutionSizes) -> Bool {
        let isGathering = sizes.weight[2] == 1 && sizes.weight[3] == 1 && sizes.window.stride > 1
        return isGathering && !sizes.source[3].isMultiple(of: 16) && source == nil
            && primitive.implementation.contains("1x1")
    }

    /// Whether channels are padded in memory.
    var isPadded: Bool {
        !(source?.isDense ?? true) || !(destination?.isDense ?? true)
    }

    /// Whether `other` takes its weights as this one does.
    func sharesWeights(with other: ConvolutionKernel) -> Bool {
        weightDescriptor.equals(other.weightDescriptor)
    }

    /// Whether weights stay as they are.
    var takesPlainWeights: Bool {
        weightReorder == nil
    }

    /// Brings weights into this kernel's layout, or a gradient out of it.
    func reorderWeights(
        on tape: Tape, from: UnsafeMutablePointer<Float>, to: UnsafeMutablePointer<Float>
    ) throws {
        try tape.measure("reorder weights") { try weightReorder?.run(on: tape.context, from, to) }
    }
}

extension ConvolutionSizes {
    /// Weights as parameters have them.
    fileprivate func plainWeights(_ type: NumberType) throws -> Descriptor {
        let (inputs, height, width) = (weight[1], weight[2], weight[3])
        return try Descriptor(
            weight.array, strides: [inputs * height * width, height * width, width, 1], of: type)
    }
}
