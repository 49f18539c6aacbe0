import COneDNN

// oneDNN's batch normalisation, as the kernel limit counts it; training uses loops of Apus's own.
extension KernelChoice {
    /// The normalisation of a batch by its own mean and variance, with the rectifier on request, and its derivative.
    static func batchNormalization(
        _ data: Descriptor, relu: Bool, on context: ExecutionContext
    ) throws -> [KernelChoice] {
        let engine = context.engine
        let workspace: [Primitive.Role] = relu ? [.workspace] : []
        let shift: [Primitive.Role] = onednn_batch_normalization_backward_takes_shift != 0 ? [.shift] : []
        let forwardRoles: [Primitive.Role] = [.source, .destination, .mean, .variance, .scale, .shift] + workspace
        let forward = try Primitive("a batch normalisation", on: engine, forwardRoles) {
            onednn_batch_normalization_forward_create($0, engine.handle, data.handle, relu ? 1 : 0)
        }
        let backwardRoles: [Primitive.Role] =
            [
                .source, .destinationGradient, .sourceGradient, .mean, .variance, .scale, .scaleGradient,
                .shiftGradient,
            ] + shift + workspace
        let backward = try Primitive("the derivative of a batch normalisation", on: engine, backwardRoles) {
            onednn_batch_normalization_backward_create($0, engine.handle, data.handle, relu ? 1 : 0)
        }
        return [
            try alone("batch norm forward", forward, on: context),
            try alone("batch norm backward", backward, on: context),
        ]
    }
}
