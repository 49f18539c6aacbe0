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
        try function.apply(on: x.tape.context, x.base, into: y.base)
    }

    func backward(_ record: Record, on tape: Tape) throws {
        let dy = tape.gradient(of: record.output)
        try tape.withGradient(of: record.inputs.0) {
            try function.differentiate(on: tape.context, result: record.output.base, gradient: dy, into: $0)
        }
    }

    func kernels(for record: Record, on tape: Tape) throws -> [KernelChoice] {
        [function.forwardKernel(on: tape.context), function.backwardKernel(on: tape.context)]
    }
}

extension Tensor {
    func applying(_ kind: ElementFunction.Kind) throws -> Tensor {
        let output = tape.allocate(shape, needsGradient: needsGradient)
        let count = shape.count
        // oneDNN refuses some primitives without elements.
        guard count > 0 else {
            let operation = tape.context.operation(OperationKey(ZeroGradients.self, [])) { ZeroGradients() }
            tape.record(operation, self, output: output)
            return output
        }
        let key = OperationKey(ElementFunctionOperation.self, Shape(count), options: kind.rawValue)
        let operation = try tape.context.operation(key) {
            try ElementFunctionOperation(kind, tape.context, count: count)
        }
        try tape.measure(operation.name + " forward") { try operation.forward(self, into: output) }
        tape.record(operation, self, output: output)
        return output
    }
}
