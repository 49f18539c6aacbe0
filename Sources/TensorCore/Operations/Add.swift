/// `y = a + b`, element by element, as at the end of a residual block (He et al. 2016, "Deep residual learning for image
/// recognition", section 3.2). Gradients: `da = db = dy`.
final class AddOperation: Operation {
    let name = "add"

    func backward(_ record: Record, on tape: Tape) throws {
        let dy = tape.gradient(of: record.output)
        let count = record.output.shape.count
        try tape.withGradient(of: record.inputs.0) { $0.update(from: dy, count: count) }
        guard let second = record.inputs.1 else { return }
        try tape.withGradient(of: second) { $0.update(from: dy, count: count) }
    }

    /// Forward, and backward the sum of the gradients that meet where the two branches parted.
    func kernels(for record: Record, on tape: Tape) throws -> [KernelChoice] {
        let count = record.output.shape.count
        return try ["add forward", "add backward"].map {
            .primitive(
                $0, try Primitive.add(tape.context.engine, Descriptor([count], strides: [1])),
                floatCounts: [count, count, count], on: tape.context)
        }
    }
}

extension Tensor {
    /// `self + other`, element by element; both have the same shape.
    public func add(_ other: Tensor) -> Tensor {
        requireShapes(shape == other.shape, "add", shape, other.shape)
        let output = tape.allocate(shape, needsGradient: needsGradient || other.needsGradient)
        tape.measure("add forward") { Kernels.add(base, other.base, into: output.base, count: shape.count) }
        let operation = tape.context.operation(OperationKey(AddOperation.self, [])) { AddOperation() }
        tape.record(operation, self, other, output: output)
        return output
    }
}
