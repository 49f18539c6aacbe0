/// `y = max(x, 0)`. Gradient: `dx = dy` where `y > 0`, else 0.
///
/// Unlike PyTorch's, a NaN need not come out as one: oneDNN uses the processor's maximum, and on x86 that of NaN and 0 is 0. So
/// a finite loss does not prove finite parameters.
final class ReLUOperation: Operation {
    let name = "relu"
    private let rectifier: Rectifier

    init(_ context: ExecutionContext, count: Int) throws {
        rectifier = try Rectifier(context.engine, count: count)
    }

    func forward(_ x: Tensor, into y: Tensor) throws {
        try rectifier.forward(on: x.tape.context, x: x.base, y: y.base)
    }

    func backward(_ record: Record, on tape: Tape) throws {
        let dy = tape.gradient(of: record.output)
        try tape.withGradient(of: record.inputs.0) {
            try rectifier.backward(on: tape.context, y: record.output.base, dy: dy, dx: $0)
        }
    }

    func kernels(for record: Record, on tape: Tape) throws -> [KernelChoice] {
        [rectifier.forwardKernel(on: tape.context), rectifier.backwardKernel(on: tape.context)]
    }
}

extension Tensor {
    /// `max(x, 0)`, element by element, for any shape.
    /// - Throws: ``OneDNNError``.
    public func relu() throws -> Tensor {
        let output = tape.allocate(shape, needsGradient: needsGradient)
        let count = shape.count
        guard count > 0 else { return output }
        let operation = try tape.context.operation(OperationKey(ReLUOperation.self, Shape(count))) {
            try ReLUOperation(tape.context, count: count)
        }
        try tape.measure("relu forward") { try operation.forward(self, into: output) }
        tape.record(operation, self, output: output)
        return output
    }
}
