/// `(ŷ − y)² / 2` for every element (Dive into Deep Learning, section 3.1). Gradient: `ŷ − y`; none for y.
final class MeanSquaredErrorOperation: Operation {
    let name = "mean squared error"

    func backward(_ record: Record, on tape: Tape) throws {
        try tape.scaleKeptGradient(record)
    }
}

extension Tensor {
    /// Half the squared difference between `self` and targets, element by element: half of `torch.nn.functional.mse_loss`.
    /// - Parameter targets: in the shape of `self`; gets no gradient.
    /// - Returns: that shape, or one element if reduced; the mean is over all elements.
    /// - Throws: ``OneDNNError``.
    public func meanSquaredError(_ targets: Tensor, reduction: LossReduction = .mean) throws -> Tensor {
        requireShapes(shape == targets.shape, "mean squared error", shape, targets.shape)
        let key = OperationKey(MeanSquaredErrorOperation.self, [])
        let operation = tape.context.operation(key) { MeanSquaredErrorOperation() }
        let (values, targets) = (try plain(), try targets.plain())
        return values.loss(operation, items: shape, reduction) {
            Kernels.halfSquaredError(
                values.base, targets.base, count: shape.count, losses: $0, gradient: $1, gradientFactor: $2)
        }
    }
}
