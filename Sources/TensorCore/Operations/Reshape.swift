/// The same elements under another shape. The gradient changes its shape back.
final class ReshapeOperation: Operation {
    let name = "reshape"

    func backward(_ record: Record, on tape: Tape) throws {
        let dy = tape.gradient(of: record.output)
        let count = record.output.shape.count
        try tape.withGradient(of: record.inputs.0) { $0.update(from: dy, count: count) }
    }
}

extension Tensor {
    /// The same elements, row-major, as a tensor of another shape with as many elements.
    public func reshaped(_ newShape: Shape) -> Tensor {
        requireShapes(shape.count == newShape.count, "reshape", shape, newShape)
        let output = tape.view(of: self, shape: newShape)
        let operation = tape.context.operation(OperationKey(ReshapeOperation.self, [])) { ReshapeOperation() }
        tape.record(operation, self, output: output)
        return output
    }

    /// `[batch, …]` as `[batch, features]`.
    public func flattened() -> Tensor {
        requireShapes(shape.rank >= 1, "flatten", shape, [])
        var features = 1
        for axis in 1..<max(shape.rank, 1) { features *= shape[axis] }
        return reshaped(Shape(shape[0], features))
    }
}
