/// `y = max(x, 0)`. Gradient: `dx = dy` where `y > 0`, else 0.
final class ReLUOperation: Operation {
    let name = "relu"
    private let forward: Primitive
    private let backward: Primitive
    private let data: Descriptor

    init(_ context: ExecutionContext, count: Int) throws {
        data = try Descriptor([count], strides: [1])
        forward = try Primitive.reluForward(context.engine, data)
        backward = try Primitive.reluBackward(context.engine, data)
    }

    func forward(_ x: Tensor, into y: Tensor) throws {
        try Self.run(forward, on: x.tape.context, (.init(x.base), .init(y.base), nil))
    }

    func backward(_ record: Record, on tape: Tape) throws {
        let dy = tape.gradient(of: record.output)
        try tape.withGradient(of: record.inputs.0) {
            try Self.run(backward, on: tape.context, (.init(record.output.base), .init(dy), .init($0)))
        }
    }

    func kernels(for record: Record, on tape: Tape) throws -> [KernelChoice] {
        let count = record.output.shape.count
        let backward = KernelChoice.primitive(
            "relu backward", backward, floatCounts: [count, count, count], on: tape.context)
        // Behind a linear layer the forward part can be fused into it, at no cost.
        if tape.producer(of: record.inputs.0) is LinearOperation { return [backward] }
        let forward = KernelChoice.primitive("relu forward", forward, floatCounts: [count, count], on: tape.context)
        return [forward, backward]
    }

    private static func run(
        _ primitive: Primitive, on context: ExecutionContext,
        _ pointers: (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?)
    ) throws {
        try withUnsafePointer(to: pointers) {
            try $0.withMemoryRebound(to: UnsafeMutableRawPointer?.self, capacity: 3) {
                try context.run(primitive, $0)
            }
        }
    }
}

extension Tensor {
    /// `max(x, 0)`, element by element, for any shape.
    /// - Throws: ``OneDNNError``.
    public func relu() throws -> Tensor {
        let output = tape.allocate(shape, needsGradient: needsGradient)
        let count = shape.count
        guard count > 0 else { return output }
        let operation = try tape.context.operation(OperationKey(ReLUOperation.self, [count])) {
            try ReLUOperation(tape.context, count: count)
        }
        try tape.measure("relu forward") { try operation.forward(self, into: output) }
        tape.record(operation, self, output: output)
        return output
    }
}
