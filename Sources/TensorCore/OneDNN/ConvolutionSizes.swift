/// The shapes of a convolution: source `[batch, height, width, inputChannels]`, weight
/// `[outputChannels, inputChannels, kernelHeight, kernelWidth]`.
struct ConvolutionSizes {
    let source, weight: Shape
    let window: Window
    let bias: Bool

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

    func descriptor(_ shape: Shape) throws -> Descriptor {
        switch self {
        case .any: try shape.anyDescriptor()
        case .channelsLast: try shape.plainDescriptor()
        case .channelsFirst:
            try Descriptor(
                shape.descriptorSizes, strides: [shape[1] * shape[2] * shape[3], shape[1] * shape[2], shape[2], 1])
        }
    }
}
