/// `−Σ_c t_c log softmax(x)_c` for every row of logits x and probabilities t, both `[batch, classes]`.
///
/// Gradient: `softmax(x) · Σ t − t`; none for t.
final class CrossEntropyOfProbabilitiesOperation: Operation {
    let name = "cross-entropy of probabilities"

    func backward(_ record: Record, on tape: Tape) throws {
        try tape.scaleKeptGradient(record)
    }
}

extension Tensor {
    /// The cross-entropy between `softmax(self)` and rows of probabilities, such as one-hot labels, with `self` the logits
    /// `[batch, classes]` (`torch.nn.functional.cross_entropy`).
    /// - Parameter probabilities: `[batch, classes]`; gets no gradient.
    /// - Returns: `[batch]`, or one element if reduced.
    /// - Throws: ``OneDNNError``.
    public func crossEntropy(probabilities: Tensor, reduction: LossReduction = .mean) throws -> Tensor {
        requireShapes(
            shape.rank == 2 && shape == probabilities.shape, "cross-entropy", shape, probabilities.shape)
        let key = OperationKey(CrossEntropyOfProbabilitiesOperation.self, [])
        let operation = tape.context.operation(key) { CrossEntropyOfProbabilitiesOperation() }
        let (logits, targets) = (try plain(), try probabilities.plain())
        return logits.loss(operation, items: Shape(shape[0]), reduction) {
            Kernels.crossEntropy(
                logits.base, probabilities: targets.base, rows: shape[0], classes: shape[1], losses: $0, gradient: $1,
                gradientFactor: $2)
        }
    }
}
