import COneDNN

extension Primitive {
    /// A convolution of images in the given arrangement, or one of its derivatives (`dnnl_convolution_direct`).
    ///
    /// What is multiplied has the type of the sizes' operands; bias and results are float32.
    /// - Parameter relu: whether what is below 0 in the result, and NaN, becomes 0; only forward.
    static func convolution(
        _ direction: ConvolutionKernel.Direction, _ sizes: ConvolutionSizes, _ arrangement: ImageArrangement,
        on engine: Engine, relu: Bool = false
    ) throws -> Primitive {
        let operands = try ConvolutionDescriptors(sizes, arrangement, of: sizes.operands)
        let results = try ConvolutionDescriptors(sizes, arrangement, of: .float32)
        switch direction {
        case .forward: return try forward(engine, operands, results, sizes.window, relu: relu)
        case .sourceGradient: return try sourceGradient(engine, operands, results, sizes.window)
        case .weightGradient: return try weightGradient(engine, operands, results, sizes.window)
        }
    }

    /// `destination = source ∗ weights (+ bias)`.
    private static func forward(
        _ engine: Engine, _ operands: ConvolutionDescriptors, _ results: ConvolutionDescriptors, _ window: Window,
        relu: Bool
    ) throws -> Primitive {
        let roles: [Role] =
            results.bias == nil ? [.source, .weights, .destination] : [.source, .weights, .bias, .destination]
        return try Primitive("a convolution", on: engine, roles) {
            onednn_convolution_forward_create(
                $0, engine.handle, operands.source.handle, operands.weights.handle, results.bias?.handle,
                results.destination.handle, window.handle, relu ? 1 : 0)
        }
    }

    /// The gradient of the source, from the weights and the gradient of the destination.
    private static func sourceGradient(
        _ engine: Engine, _ operands: ConvolutionDescriptors, _ results: ConvolutionDescriptors, _ window: Window
    ) throws -> Primitive {
        try Primitive(
            "the input gradient of a convolution", on: engine, [.sourceGradient, .weights, .destinationGradient]
        ) {
            onednn_convolution_backward_data_create(
                $0, engine.handle, results.source.handle, operands.weights.handle, operands.destination.handle,
                operands.source.handle, window.handle)
        }
    }

    /// The gradients of weights and bias, from the source and the gradient of the destination.
    private static func weightGradient(
        _ engine: Engine, _ operands: ConvolutionDescriptors, _ results: ConvolutionDescriptors, _ window: Window
    ) throws -> Primitive {
        let roles: [Role] = [.source, .weightsGradient, .destinationGradient]
        return try Primitive(
            "the weight gradient of a convolution", on: engine, results.bias == nil ? roles : roles + [.biasGradient]
        ) {
            onednn_convolution_backward_weights_create(
                $0, engine.handle, operands.source.handle, results.weights.handle, results.bias?.handle,
                operands.destination.handle, operands.weights.handle, window.handle)
        }
    }
}

/// The arguments of a convolution, all with elements of one type; the weights lie as oneDNN likes best.
private struct ConvolutionDescriptors {
    let source, weights, destination: Descriptor
    let bias: Descriptor?

    init(_ sizes: ConvolutionSizes, _ arrangement: ImageArrangement, of type: NumberType) throws {
        source = try arrangement.descriptor(sizes.source, of: type)
        destination = try arrangement.descriptor(sizes.destination, of: type)
        weights = try Descriptor(sizes.weight.array, strides: nil, of: type)
        bias = sizes.bias ? try Descriptor([sizes.weight[0]], strides: [1], of: type) : nil
    }
}
