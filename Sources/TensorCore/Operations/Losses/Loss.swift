// What all losses share. A loss computes the derivative along with its value and keeps it; backward only scales it.

extension Tensor {
    /// A recorded loss of this tensor.
    /// - Parameters:
    ///   - items: the shape of the losses before they are reduced.
    ///   - compute: fills the losses, and the derivative of their sum times a factor.
    func loss(
        _ operation: any Operation, items: Shape, _ reduction: LossReduction,
        compute: (
            _ losses: UnsafeMutablePointer<Float>, _ gradient: UnsafeMutablePointer<Float>, _ gradientFactor: Float
        ) -> Void
    ) -> Tensor {
        let divisor = reduction.divisor(items.count)
        let losses = tape.allocate(items, needsGradient: needsGradient)
        let gradient = tape.allocate(shape, needsGradient: false)
        let isReduced = reduction != .none
        let result = isReduced ? tape.allocate([], needsGradient: needsGradient) : losses
        tape.measure(operation.name + " forward") {
            compute(losses.base, gradient.base, 1 / divisor)
            if isReduced { result.base[0] = Float(Kernels.sum(losses.base, count: items.count) / Double(divisor)) }
        }
        tape.record(operation, self, output: result, saved: gradient)
        return result
    }
}

extension Tape {
    /// The backward pass of a loss: the derivative that forward kept, row by row times the gradient of the row's loss.
    func scaleKeptGradient(_ record: Record) throws {
        guard let kept = record.saved else { return }
        let rows = record.output.shape.count
        guard rows > 0 else { return try withGradient(of: record.inputs.0) { _ in } }
        let upstream = gradient(of: record.output)
        try withGradient(of: record.inputs.0) {
            Kernels.scaleRows(kept.base, by: upstream, rows: rows, columns: kept.shape.count / rows, into: $0)
        }
    }
}
