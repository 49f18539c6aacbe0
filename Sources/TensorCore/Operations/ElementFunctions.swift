/// An element function of oneDNN, whose derivative follows from its result alone: ``Tensor/sigmoid()`` and ``Tensor/tanh()``.
///
/// The bits of an element depend neither on its place nor on the number of elements or threads.
final class ElementFunctionOperation: Operation {
    let name: String
    private let function: ElementFunction

    init(_ kind: ElementFunction.Kind, _ context: ExecutionContext, count: Int) throws {
        name = kind.name
        function = try ElementFunction(kind, context.engine, count: count)
    }

    func forward(_ x: Tensor, into y: Tensor) throws {
        try function.apply(on: x.tape.context, x.memory, into: y.memory)
    }

    func backward(_ record: Record, on tape: Tape) throws {
        let dy = tape.gradient(of: record.output)
        try tape.withGradientMemory(of: record.inputs.0) {
            try function.differentiate(on: tape.context, result: record.output.memory, gradient: dy, into: $0)
        }
    }

    func kernels(for record: Record, on tape: Tape) throws -> [KernelChoice] {
        [function.forwardKernel(on: tape.context), function.backwardKernel(on: tape.context)]
    }
}

extension Tensor {
    func applying(_ kind: ElementFunction.Kind) throws -> Tensor {
        // oneDNN has only a slow reference for padded memory and functions that do not keep its zeros.
        let source = kind.keepsZero || layout?.isDense ?? true ? self : try plain()
        let output = tape.allocate(like: source, needsGradient: needsGradient)
        guard source.memoryCount > 0 else {
            tape.recordZeroGradients(source, output: output)
            return output
        }
        let key = OperationKey(
            ElementFunctionOperation.self, shape, options: kind.rawValue, layouts: source.layout)
        let operation = try tape.context.operation(key) {
            try ElementFunctionOperation(kind, tape.context, count: source.memoryCount)
        }
        try tape.measure(operation.name + " forward") { try operation.forward(source, into: output) }
        tape.record(operation, source, output: output)
        return output
    }
}
