/// `y = max(x, 0)`; NaN stays NaN. Gradient: `dx = 0` where `y` is 0, else `dy`.
final class ReLUOperation: Operation {
    let name = "relu"

    func backward(_ record: Record, on tape: Tape) throws {
        let dy = tape.gradient(of: record.output)
        try tape.withGradientMemory(of: record.inputs.0) {
            Kernels.reluGradient(
                dy, where: record.output.memory, into: $0, count: record.output.memoryCount, on: tape.context)
        }
    }

    func kernels(for record: Record, on tape: Tape) throws -> [KernelChoice] {
        try KernelChoice.rectifier(count: record.output.shape.count, on: tape.context)
    }
}

extension Tensor {
    /// `max(x, 0)`, element by element, for any shape.
    public func relu() -> Tensor {
        let output = tape.allocate(like: self, needsGradient: needsGradient)
        tape.measure("relu forward") {
            Kernels.relu(memory, into: output.memory, count: memoryCount, on: tape.context)
        }
        let operation = tape.context.operation(OperationKey(ReLUOperation.self, Shape(0))) { ReLUOperation() }
        tape.record(operation, self, output: output)
        return output
    }
}
