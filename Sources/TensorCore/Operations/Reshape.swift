/// The same elements under another shape. The gradient changes its shape back.
final class ReshapeOperation: Operation {
    let name = "reshape"

    func backward(_ record: Record, on tape: Tape) throws {
        try tape.passGradient(from: record.output, to: record.inputs.0)
    }
}

extension Tensor {
    /// The same elements, row-major, as a tensor of another shape with as many elements.
    /// - Throws: ``OneDNNError``.
    public func reshaped(_ newShape: Shape) throws -> Tensor {
        requireShapes(shape.count == newShape.count, "reshape", shape, newShape)
        let source = try plain()
        let output = tape.view(of: source, shape: newShape)
        let operation = tape.context.operation(OperationKey(ReshapeOperation.self, [])) { ReshapeOperation() }
        tape.record(operation, source, output: output)
        return output
    }

    /// `[batch, …]` as `[batch, features]`, the last axis running fastest: images in the order height, width, channel.
    /// - Throws: ``OneDNNError``.
    public func flattened() throws -> Tensor {
        requireShapes(shape.rank >= 1, "flatten", shape, [])
        var features = 1
        for axis in 1..<max(shape.rank, 1) { features *= shape[axis] }
        return try reshaped(Shape(shape[0], features))
    }
}
