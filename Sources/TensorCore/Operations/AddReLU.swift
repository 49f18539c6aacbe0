/// `y = max(a + b, 0)` in one pass over memory; NaN stays NaN. Gradients: `da = db = 0` where `y` is 0, else `dy`.
final class AddReLUOperation: Operation {
    let name = "add + relu"

    func backward(_ record: Record, on tape: Tape) throws {
        guard let second = record.inputs.1 else { return }
        let (y, dy) = (record.output, tape.gradient(of: record.output))
        Kernels.reluGradient(dy, where: y.memory, into: dy, count: y.memoryCount, on: tape.context)
        try tape.withGradientMemory(of: record.inputs.0) { $0.update(from: dy, count: y.memoryCount) }
        try tape.passGradient(from: y, to: second)
    }

    /// The kernel limit has oneDNN's own kernels, one for each part of what our loop does at once.
    func kernels(for record: Record, on tape: Tape) throws -> [KernelChoice] {
        let (context, count) = (tape.context, record.output.memoryCount)
        return try KernelChoice.addition(count: count, on: context) + KernelChoice.rectifier(count: count, on: context)
    }
}

extension Tensor {
    /// `max(self + other, 0)`, element by element; both have the same shape.
    /// - Throws: ``OneDNNError``.
    public func addReLU(_ other: Tensor) throws -> Tensor {
        requireShapes(shape == other.shape, "add + relu", shape, other.shape)
        // A layout that a kernel chose, if either has one: padding is zero in both, and so in the sum.
        let common = layout ?? other.layout
        let (first, second) = (try laidOut(common), try other.laidOut(common))
        let output = tape.allocate(like: first, needsGradient: needsGradient || other.needsGradient)
        tape.measure("add + relu forward") {
            Kernels.addReLU(
                first.memory, second.memory, into: output.memory, count: output.memoryCount, on: tape.context)
        }
        let operation = tape.context.operation(OperationKey(AddReLUOperation.self, [])) { AddReLUOperation() }
        tape.record(operation, first, second, output: output)
        return output
    }
}
