/// `−x[label]` for every row of log-probabilities x `[batch, classes]`. Gradient: −1 at the label, else 0.
final class NegativeLogLikelihoodOperation: Operation {
    let name = "negative log-likelihood"

    func backward(_ record: Record, on tape: Tape) throws {
        try tape.scaleKeptGradient(record)
    }
}

extension Tensor {
    /// The negative log-likelihood of integer labels, with `self` the log-probabilities `[batch, classes]`, as ``logSoftmax()`` gives
    /// them (`torch.nn.functional.nll_loss`).
    /// - Parameter labels: one class per row.
    /// - Returns: `[batch]`, or one element if reduced.
    /// - Throws: ``OneDNNError``.
    public func negativeLogLikelihood(_ labels: Labels, reduction: LossReduction = .mean) throws -> Tensor {
        requireShapes(
            shape.rank == 2 && shape[0] == labels.count, "negative log-likelihood", shape, Shape(labels.count))
        requireLabels(labels, of: shape[1], "negative log-likelihood")
        let key = OperationKey(NegativeLogLikelihoodOperation.self, [])
        let operation = tape.context.operation(key) { NegativeLogLikelihoodOperation() }
        let logProbabilities = try plain()
        return logProbabilities.loss(operation, items: Shape(shape[0]), reduction) {
            Kernels.negativeLogLikelihood(
                logProbabilities.base, labels, classes: shape[1], losses: $0, gradient: $1, gradientFactor: $2)
        }
    }
}
