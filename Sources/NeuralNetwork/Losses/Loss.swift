public import TensorCore

/// What a training minimises, by its name in a configuration.
///
/// The loss of a sample is the mean over its outputs, that of a batch the mean over its samples, as in PyTorch. In a step of several
/// batches every one divides its sum by the samples of all, so that the sum over the batches is the mean over the step.
public enum Loss: String, CaseIterable, Sendable {
    /// Softmax cross-entropy from logits: ``Tensor/crossEntropy(_:reduction:)``.
    case crossEntropy

    /// Cross-entropy of a class among two from one logit: ``Tensor/binaryCrossEntropyWithLogits(_:reduction:)``.
    case binaryCrossEntropy

    /// ``Tensor/negativeLogLikelihood(_:reduction:)``, for models that end with ``LogSoftmax``.
    case negativeLogLikelihood

    /// Half the squared difference to real numbers: ``Tensor/meanSquaredError(_:reduction:)``.
    case meanSquaredError

    /// The losses of a batch, summed, over the `divisor` samples of the step.
    /// - Returns: a tensor of one element.
    /// - Throws: ``OneDNNError``.
    public func callAsFunction(_ output: Tensor, _ targets: Targets, divisor: Int) throws -> Tensor {
        let reduction = LossReduction.sumOver(Float(divisor) * Float(itemsPerSample(output)))
        return try losses(output, targets, reduction)
    }

    /// The sum of the samples' losses, in double precision; not recorded.
    /// - Throws: ``OneDNNError``.
    public func sum(_ output: Tensor, _ targets: Targets) throws -> Double {
        try losses(output, targets, .none).total() / Double(itemsPerSample(output))
    }

    /// How many samples the output puts into their class: none where targets are no labels or the loss knows no classes.
    public func countCorrect(_ output: Tensor, _ targets: Targets) -> Int {
        switch (self, targets) {
        case (.crossEntropy, .labels(let labels)), (.negativeLogLikelihood, .labels(let labels)):
            output.countCorrect(labels)
        case (.binaryCrossEntropy, .labels(let labels)):
            output.countCorrectBinary(labels)
        default:
            0
        }
    }

    private func losses(_ output: Tensor, _ targets: Targets, _ reduction: LossReduction) throws -> Tensor {
        switch (self, targets) {
        case (.crossEntropy, .labels(let labels)):
            try output.crossEntropy(labels, reduction: reduction)
        case (.crossEntropy, .values(let probabilities)):
            try output.crossEntropy(probabilities: probabilities, reduction: reduction)
        case (.binaryCrossEntropy, _):
            try output.binaryCrossEntropyWithLogits(targets.numbers(on: output.tape), reduction: reduction)
        case (.negativeLogLikelihood, .labels(let labels)):
            try output.negativeLogLikelihood(labels, reduction: reduction)
        case (.negativeLogLikelihood, .values):
            fatalError("The negative log-likelihood needs integer labels.")
        case (.meanSquaredError, _):
            try output.meanSquaredError(targets.numbers(on: output.tape), reduction: reduction)
        }
    }

    /// Losses that come out for a sample before any is reduced.
    private func itemsPerSample(_ output: Tensor) -> Int {
        switch self {
        case .crossEntropy, .negativeLogLikelihood: 1
        case .binaryCrossEntropy, .meanSquaredError: output.shape.count / max(output.shape[0], 1)
        }
    }
}

/// What the outputs of a batch are compared with.
public enum Targets {
    /// One class per sample.
    case labels(Labels)

    /// Numbers in the shape of the output.
    case values(Tensor)

    /// As numbers; a label becomes one output.
    fileprivate func numbers(on tape: Tape) -> Tensor {
        switch self {
        case .labels(let labels): tape.constant(labels)
        case .values(let values): values
        }
    }
}
