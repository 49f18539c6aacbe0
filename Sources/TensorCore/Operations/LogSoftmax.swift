/// `yᵢ = xᵢ − log Σⱼ e^xⱼ` over the last axis, in the form that survives any finite x: the row's greatest element is taken off before the
/// exponential. A NaN fills its row.
///
/// Gradient: `dx = dy − e^y · Σ dy`.
final class LogSoftmaxOperation: Operation {
    let name = "log-softmax"

    func forward(_ x: Tensor, into y: Tensor) {
        let (rows, columns) = x.shape.rowsAndColumns
        guard rows > 0 else { return }
        Kernels.logSoftmax(x.base, rows: rows, columns: columns, into: y.base, on: x.tape.context)
    }

    func backward(_ record: Record, on tape: Tape) throws {
        let (rows, columns) = record.output.shape.rowsAndColumns
        let dy = tape.gradient(of: record.output)
        try tape.withGradient(of: record.inputs.0) {
            Kernels.logSoftmaxGradient(dy, result: record.output.base, rows: rows, columns: columns, into: $0)
        }
    }
}

extension Tensor {
    /// `xᵢ − log Σⱼ e^xⱼ` over the last axis: rows of log-probabilities from rows of logits.
    /// - Throws: ``OneDNNError``.
    public func logSoftmax() throws -> Tensor {
        requireShapes(shape.rank >= 1, "log-softmax", shape, [])
        let source = try plain()
        let output = tape.allocate(shape, needsGradient: needsGradient)
        let operation = tape.context.operation(OperationKey(LogSoftmaxOperation.self, [])) { LogSoftmaxOperation() }
        tape.measure("log-softmax forward") { operation.forward(source, into: output) }
        tape.record(operation, source, output: output)
        return output
    }
}
