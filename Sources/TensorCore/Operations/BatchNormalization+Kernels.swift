// The kernel limit has oneDNN's own kernels, one for each part of what our loops do at once.
extension BatchNormalizationOperation {
    func kernels(for record: Record, on tape: Tape) throws -> [KernelChoice] {
        guard record.output.shape.count > 0 else { return [] }
        let (context, count) = (tape.context, record.output.memoryCount)
        var choices = try KernelChoice.batchNormalization(
            record.inputs.0.descriptor(), relu: form.relu && !form.shortcut, on: context)
        guard form.shortcut else { return choices }
        choices += try KernelChoice.addition(count: count, on: context)
        if form.relu { choices += try KernelChoice.rectifier(count: count, on: context) }
        return choices
    }
}

extension AddReLUOperation {
    func kernels(for record: Record, on tape: Tape) throws -> [KernelChoice] {
        let (context, count) = (tape.context, record.output.memoryCount)
        guard count > 0 else { return [] }
        return try KernelChoice.addition(count: count, on: context) + KernelChoice.rectifier(count: count, on: context)
    }
}

extension KernelChoice {
    /// The sum of two tensors, and backward that of the gradients that meet where the two branches parted.
    static func addition(count: Int, on context: ExecutionContext) throws -> [KernelChoice] {
        try ["add forward", "add backward"].map {
            .primitive(
                $0, try Primitive.add(context.engine, Descriptor([count], strides: [1])),
                floatCounts: [count, count, count], on: context)
        }
    }

    /// The rectifier and its derivative.
    static func rectifier(count: Int, on context: ExecutionContext) throws -> [KernelChoice] {
        let function = try ElementFunction(.relu, context.engine, count: count)
        return [function.forwardKernel(on: context), function.backwardKernel(on: context)]
    }
}
