/// `max(x, 0) − x t + log(1 + e^−|x|)` for every logit x and target t: `−t log p − (1 − t) log(1 − p)` with p = sigmoid(x), in the
/// form that survives any finite logits.
///
/// Gradient: `sigmoid(x) − t`; none for t.
final class BinaryCrossEntropyOperation: Operation {
    let name = "binary cross-entropy"

    func backward(_ record: Record, on tape: Tape) throws {
        try tape.scaleKeptGradient(record)
    }
}

extension Tensor {
    /// The cross-entropy between `sigmoid(self)` and targets in [0, 1], element by element
    /// (`torch.nn.functional.binary_cross_entropy_with_logits`).
    /// - Parameter targets: in the shape of the logits; gets no gradient.
    /// - Returns: the shape of the logits, or one element if reduced; the mean is over all elements.
    /// - Throws: ``OneDNNError``.
    public func binaryCrossEntropyWithLogits(_ targets: Tensor, reduction: LossReduction = .mean) throws -> Tensor {
        requireShapes(shape == targets.shape, "binary cross-entropy", shape, targets.shape)
        let key = OperationKey(BinaryCrossEntropyOperation.self, [])
        let operation = tape.context.operation(key) { BinaryCrossEntropyOperation() }
        let (logits, targets) = (try plain(), try targets.plain())
        return logits.loss(operation, items: shape, reduction) {
            Kernels.binaryCrossEntropy(
                logits.base, targets.base, count: shape.count, losses: $0, gradient: $1, gradientFactor: $2)
        }
    }

    /// How many of these logits `[batch, 1]` say what their label, 0 or 1, says: 1 above zero, else 0. NaN is wrong.
    public func countCorrectBinary(_ labels: Labels) -> Int {
        requireShapes(shape == Shape(labels.count, 1), "countCorrectBinary", shape, Shape(labels.count))
        return Kernels.countCorrectBinary(logits: elements, labels: labels)
    }
}
