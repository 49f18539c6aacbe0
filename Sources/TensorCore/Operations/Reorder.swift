/// A change of layout; the gradient changes back.
final class ReorderOperation: Operation {
    let name = "reorder"
    private let there: Primitive
    private let back: Primitive

    fileprivate init(_ engine: Engine, _ first: Descriptor, _ second: Descriptor) throws {
        there = try Primitive.reorder(engine, from: first, to: second)
        back = try Primitive.reorder(engine, from: second, to: first)
    }

    func run(
        on context: ExecutionContext, from source: UnsafeMutablePointer<Float>, to result: UnsafeMutablePointer<Float>
    ) throws {
        try there.run(on: context, source, result)
    }

    func backward(_ record: Record, on tape: Tape) throws {
        let dy = tape.gradient(of: record.output)
        try tape.withGradientMemory(of: record.inputs.0) { try back.run(on: tape.context, dy, $0) }
    }
}

extension ExecutionContext {
    /// The change of layout for tensors of `shape`; nil is row-major.
    func reorder(_ shape: Shape, from first: Layout?, to second: Layout?) throws -> ReorderOperation {
        try operation(OperationKey(ReorderOperation.self, shape, layouts: first, second)) {
            try ReorderOperation(
                engine, first?.descriptor ?? shape.plainDescriptor(), second?.descriptor ?? shape.plainDescriptor())
        }
    }
}
