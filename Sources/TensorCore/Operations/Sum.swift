/// `y = factor · Σ x` over all elements. Gradient: `dx = factor · dy`, everywhere the same.
///
/// The sum runs in doubles, in the order of the elements.
final class SumOperation: Operation {
    let name: String
    private let isMean: Bool

    init(isMean: Bool) {
        self.isMean = isMean
        name = isMean ? "mean" : "sum"
    }

    func forward(_ x: Tensor, into y: Tensor) {
        let sum = Kernels.sum(x.base, count: x.shape.count)
        y.base[0] = Float(isMean ? sum / Double(x.shape.count) : sum)
    }

    func backward(_ record: Record, on tape: Tape) throws {
        let dy = tape.gradient(of: record.output)[0]
        let count = record.inputs.0.shape.count
        try tape.withGradient(of: record.inputs.0) {
            $0.update(repeating: isMean ? dy / Float(count) : dy, count: count)
        }
    }
}

extension Tensor {
    /// The sum of all elements, a tensor of one element.
    /// - Throws: ``OneDNNError``.
    public func sum() throws -> Tensor {
        try reduced(isMean: false)
    }

    /// The sum of all elements in double precision; not recorded.
    /// - Throws: ``OneDNNError``.
    public func total() throws -> Double {
        Kernels.sum(try plain().base, count: shape.count)
    }

    /// The mean of all elements, a tensor of one element; NaN if there are none.
    /// - Throws: ``OneDNNError``.
    public func mean() throws -> Tensor {
        try reduced(isMean: true)
    }

    private func reduced(isMean: Bool) throws -> Tensor {
        let source = try plain()
        let output = tape.allocate([], needsGradient: needsGradient)
        let key = OperationKey(SumOperation.self, [], options: isMean ? 1 : 0)
        let operation = tape.context.operation(key) { SumOperation(isMean: isMean) }
        tape.measure(operation.name + " forward") { operation.forward(source, into: output) }
        tape.record(operation, source, output: output)
        return output
    }
}
