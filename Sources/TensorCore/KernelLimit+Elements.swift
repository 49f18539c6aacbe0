extension KernelChoice {
    /// The sum of two tensors, and backward that of the gradients that meet where the two branches parted.
    static func addition(count: Int, on context: ExecutionContext) throws -> [KernelChoice] {
        guard count > 0 else { return [] }
        return try ["add forward", "add backward"].map {
            .primitive(
                $0, try Primitive.add(context.engine, Descriptor([count], strides: [1])),
                floatCounts: [count, count, count], on: context)
        }
    }

    /// The rectifier and its derivative.
    static func rectifier(count: Int, on context: ExecutionContext) throws -> [KernelChoice] {
        guard count > 0 else { return [] }
        let function = try ElementFunction(.relu, context.engine, count: count)
        return [function.forwardKernel(on: context), function.backwardKernel(on: context)]
    }
}
