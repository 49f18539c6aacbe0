/// `y = a + b`, element by element, as at the end of a residual block (He et al. 2016, "Deep residual learning for image
/// recognition", section 3.2). Gradients: `da = db = dy`.
final class AddOperation: Operation {
    let name = "add"

    func backward(_ record: Record, on tape: Tape) throws {
        guard let second = record.inputs.1 else { return }
        let first = record.inputs.0
        if first.needsGradient && second.needsGradient {
            let (dy, count) = (tape.gradient(of: record.output), record.output.memoryCount)
            try tape.withGradientMemory(of: second) { $0.update(from: dy, count: count) }
        }
        // Last, because the memory goes with it.
        try tape.passGradient(from: record.output, to: first.needsGradient ? first : second)
    }

    /// Forward, and backward the sum of the gradients that meet where the two branches parted.
    func kernels(for record: Record, on tape: Tape) throws -> [KernelChoice] {
        try KernelChoice.addition(count: record.output.shape.count, on: tape.context)
    }
}

extension Tensor {
    /// `self + other`, element by element; both have the same shape.
    /// - Throws: ``OneDNNError``.
    public func add(_ other: Tensor) throws -> Tensor {
        requireShapes(shape == other.shape, "add", shape, other.shape)
        // A layout that a kernel chose, if either has one: padding is zero in both, and so in the sum.
        let common = layout ?? other.layout
        let (first, second) = (try laidOut(common), try other.laidOut(common))
        let output = tape.allocate(like: first, needsGradient: needsGradient || other.needsGradient)
        tape.measure("add forward") {
            Kernels.add(first.memory, second.memory, into: output.memory, count: output.memoryCount)
        }
        let operation = tape.context.operation(OperationKey(AddOperation.self, [])) { AddOperation() }
        tape.record(operation, first, second, output: output)
        return output
    }
}
