/// `yᵢ = e^xᵢ / Σⱼ e^xⱼ` over the last axis, in the form that survives any finite x: the row's greatest element is taken off before the
/// exponential. A NaN fills its row.
///
/// Gradient: `dx = y · (dy − Σ y dy)`.
final class SoftmaxOperation: Operation {
    let name = "softmax"

    func forward(_ x: Tensor, into y: Tensor) {
        let (rows, columns) = x.shape.rowsAndColumns
        if rows > 0 { Kernels.softmax(x.base, rows: rows, columns: columns, into: y.base) }
    }

    func backward(_ record: Record, on tape: Tape) throws {
        let (rows, columns) = record.output.shape.rowsAndColumns
        let dy = tape.gradient(of: record.output)
        try tape.withGradient(of: record.inputs.0) {
            Kernels.softmaxGradient(dy, result: record.output.base, rows: rows, columns: columns, into: $0)
        }
    }
}

extension Tensor {
    /// `e^xᵢ / Σⱼ e^xⱼ` over the last axis: rows of probabilities from rows of logits.
    /// - Throws: ``OneDNNError``.
    public func softmax() throws -> Tensor {
        requireShapes(shape.rank >= 1, "softmax", shape, [])
        let source = try plain()
        let output = tape.allocate(shape, needsGradient: needsGradient)
        let operation = tape.context.operation(OperationKey(SoftmaxOperation.self, [])) { SoftmaxOperation() }
        tape.measure("softmax forward") { operation.forward(source, into: output) }
        tape.record(operation, source, output: output)
        return output
    }
}
