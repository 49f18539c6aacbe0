import COneDNN

/// The shapes of a convolution: source `[batch, height, width, inputChannels]`, weight
/// `[outputChannels, inputChannels, kernelHeight, kernelWidth]`.
struct ConvolutionSizes {
    let source, weight: Shape
    let window: Window
    let bias: Bool
    var operands = NumberType.float32

    var destination: Shape {
        Shape(source[0], places(source[1], weight[2]), places(source[2], weight[3]), weight[0])
    }

    private func places(_ size: Int, _ kernel: Int) -> Int {
        Window(kernel: kernel, stride: window.stride, padding: window.padding).places(size)
    }
}

/// What of the axes of images lies closest together in memory.
enum ImageArrangement {
    /// Whatever oneDNN likes best: mostly blocks of channels.
    case any
    /// Channels, as in plain tensors.
    case channelsLast
    /// Pixels.
    case channelsFirst

    func descriptor(_ shape: Shape, of type: NumberType = .float32) throws -> Descriptor {
        try Descriptor(shape.descriptorSizes, strides: strides(shape), of: type)
    }

    private func strides(_ shape: Shape) -> [Int]? {
        switch self {
        case .any: nil
        case .channelsLast: shape.plainStrides
        case .channelsFirst: [shape[1] * shape[2] * shape[3], shape[1] * shape[2], shape[2], 1]
        }
    }

    /// The same layout as `descriptor`'s with elements of float32, which is what tensors are made of.
    /// - Throws: ``OneDNNError`` of something not implemented for a layout that is none of those images have.
    static func inFloat32(_ descriptor: Descriptor, of shape: Shape) throws -> Descriptor {
        if descriptor.type == .float32 { return descriptor }
        for arrangement in [channelsLast, channelsFirst] {
            if let strides = arrangement.strides(shape), descriptor.hasStrides(strides) {
                return try arrangement.descriptor(shape)
            }
        }
        for block in [16, 8, 4] {
            let blocked = try Descriptor(shape.descriptorSizes, channelBlock: block, of: descriptor.type)
            if descriptor.equals(blocked) { return try Descriptor(shape.descriptorSizes, channelBlock: block) }
        }
        throw OneDNNError(status: onednn_not_implemented, call: "images of \(shape) in a layout of its own")
    }
}
