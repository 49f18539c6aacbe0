/// `logsumexp(x) − x[label]` for every row of logits x `[batch, classes]`, in the form that survives any finite logits: the row's
/// greatest logit is taken off before the exponential.
///
/// Gradient: `softmax(x) − onehot(label)`.
final class CrossEntropyOperation: Operation {
    let name = "cross-entropy"

    func backward(_ record: Record, on tape: Tape) throws {
        try tape.scaleKeptGradient(record)
    }
}

extension Tensor {
    /// The cross-entropy between `softmax(self)` and integer labels, with `self` the logits `[batch, classes]`
    /// (`torch.nn.functional.cross_entropy`).
    /// - Parameter labels: one class per row.
    /// - Returns: `[batch]`, or one element if reduced.
    /// - Throws: ``OneDNNError``.
    public func crossEntropy(_ labels: Labels, reduction: LossReduction = .mean) throws -> Tensor {
        requireShapes(shape.rank == 2 && shape[0] == labels.count, "cross-entropy", shape, Shape(labels.count))
        requireLabels(labels, of: shape[1], "cross-entropy")
        let operation = tape.context.operation(OperationKey(CrossEntropyOperation.self, [])) { CrossEntropyOperation() }
        let logits = try plain()
        return logits.loss(operation, items: Shape(shape[0]), reduction) {
            Kernels.crossEntropy(
                logits.base, labels, classes: shape[1], losses: $0, gradient: $1, gradientFactor: $2)
        }
    }

    /// How many rows of these logits, or log-probabilities, `[batch, classes]` are greatest at their label; the first of equals
    /// counts, and a row with a NaN is wrong.
    public func countCorrect(_ labels: Labels) -> Int {
        requireShapes(shape.rank == 2 && shape[0] == labels.count, "countCorrect", shape, Shape(labels.count))
        requireLabels(labels, of: shape[1], "countCorrect")
        return Kernels.countCorrect(logits: elements, labels: labels, classes: shape[1])
    }
}
