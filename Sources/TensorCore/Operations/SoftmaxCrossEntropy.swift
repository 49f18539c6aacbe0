/// `Σ_rows (logsumexp(x) − x[label]) / divisor`, from logits x `[batch, classes]`, in the form that survives any finite logits:
/// the row's greatest logit is taken off before the exponential.
///
/// Gradient: `(softmax(x) − onehot(label)) / divisor`. Forward computes it along the way and keeps it.
final class SoftmaxCrossEntropyOperation: Operation {
    let name = "softmax cross-entropy"

    func backward(_ record: Record, on tape: Tape) throws {
        guard let saved = record.saved else { return }
        let upstream = tape.gradient(of: record.output)[0]
        try tape.withGradient(of: record.inputs.0) {
            Kernels.scale(saved.base, by: upstream, into: $0, count: saved.shape.count)
        }
    }
}

extension Tensor {
    /// The cross-entropy between `softmax(self)` and integer labels, summed over the samples and divided by `divisor`: the global
    /// number of samples of the step, of which this batch may be a part.
    /// - Parameter labels: one class per row of the logits `[batch, classes]`.
    /// - Returns: a tensor of one element.
    public func softmaxCrossEntropy(_ labels: Labels, divisor: Float) -> Tensor {
        requireShapes(shape.rank == 2 && shape[0] == labels.count, "softmax cross-entropy", shape, Shape(labels.count))
        let loss = tape.allocate([], needsGradient: needsGradient)
        let gradient = tape.allocate(shape, needsGradient: false)
        tape.measure("softmax cross-entropy forward") {
            let sum = Kernels.softmaxCrossEntropy(
                logits: base, labels: labels, classes: shape[1], gradientFactor: 1 / divisor, gradient: gradient.base,
                on: tape.context)
            loss.base[0] = Float(sum / Double(divisor))
        }
        let operation = tape.context.operation(OperationKey(SoftmaxCrossEntropyOperation.self, [])) {
            SoftmaxCrossEntropyOperation()
        }
        tape.record(operation, self, output: loss, saved: gradient)
        return loss
    }

    /// The cross-entropy between `softmax(self)` and integer labels, summed over the samples; not recorded.
    /// - Parameter labels: one class per row of the logits `[batch, classes]`.
    public func crossEntropySum(_ labels: Labels) -> Double {
        requireShapes(shape.rank == 2 && shape[0] == labels.count, "softmax cross-entropy", shape, Shape(labels.count))
        let unused = tape.allocate(shape, needsGradient: false)
        return Kernels.softmaxCrossEntropy(
            logits: base, labels: labels, classes: shape[1], gradientFactor: 1, gradient: unused.base, on: tape.context)
    }

    /// How many rows of these logits `[batch, classes]` are greatest at their label; the first of equals counts, and a row with
    /// a NaN is wrong.
    public func countCorrect(_ labels: Labels) -> Int {
        requireShapes(shape.rank == 2 && shape[0] == labels.count, "countCorrect", shape, Shape(labels.count))
        return Kernels.countCorrect(logits: base, labels: labels, classes: shape[1])
    }
}
