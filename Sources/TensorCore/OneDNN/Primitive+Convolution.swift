import COneDNN

extension Primitive {
    /// `destination = source ∗ weights (+ bias)`; with `relu`, what is below 0 becomes 0 and so does NaN (`dnnl_convolution_direct`).
    static func convolution(
        _ engine: Engine, source: Descriptor, weights: Descriptor, bias: Descriptor?, destination: Descriptor,
        window: Window, relu: Bool = false
    ) throws -> Primitive {
        let roles: [Role] =
            bias == nil ? [.source, .weights, .destination] : [.source, .weights, .bias, .destination]
        return try Primitive("a convolution", on: engine, roles) {
            onednn_convolution_forward_create(
                $0, engine.handle, source.handle, weights.handle, bias?.handle, destination.handle, window.handle,
                relu ? 1 : 0)
        }
    }

    /// The gradient of a convolution's source, from the weights and the gradient of the destination.
    static func convolutionSourceGradient(
        _ engine: Engine, source: Descriptor, weights: Descriptor, destination: Descriptor, window: Window
    ) throws -> Primitive {
        try Primitive(
            "the input gradient of a convolution", on: engine, [.sourceGradient, .weights, .destinationGradient]
        ) {
            onednn_convolution_backward_data_create(
                $0, engine.handle, source.handle, weights.handle, destination.handle, window.handle)
        }
    }

    /// The gradients of a convolution's weights and bias, from the source and the gradient of the destination.
    static func convolutionWeightGradient(
        _ engine: Engine, source: Descriptor, weights: Descriptor, bias: Descriptor?, destination: Descriptor,
        window: Window
    ) throws -> Primitive {
        let roles: [Role] = [.source, .weightsGradient, .destinationGradient]
        return try Primitive(
            "the weight gradient of a convolution", on: engine, bias == nil ? roles : roles + [.biasGradient]
        ) {
            onednn_convolution_backward_weights_create(
                $0, engine.handle, source.handle, weights.handle, bias?.handle, destination.handle, window.handle)
        }
    }
}
