import CKernels

// Loops of the losses: each fills the loss of every row, or element, and the derivative of their sum times a factor.
extension Kernels {
    static func crossEntropy(
        _ logits: UnsafePointer<Float>, _ labels: Labels, classes: Int, losses: UnsafeMutablePointer<Float>,
        gradient: UnsafeMutablePointer<Float>, gradientFactor: Float
    ) {
        kernel_softmax_cross_entropy(logits, labels.base, labels.count, classes, gradientFactor, losses, gradient)
    }

    static func crossEntropy(
        _ logits: UnsafePointer<Float>, probabilities: UnsafePointer<Float>, rows: Int, classes: Int,
        losses: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>, gradientFactor: Float
    ) {
        kernel_cross_entropy(logits, probabilities, rows, classes, gradientFactor, losses, gradient)
    }

    static func binaryCrossEntropy(
        _ logits: UnsafePointer<Float>, _ targets: UnsafePointer<Float>, count: Int,
        losses: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>, gradientFactor: Float
    ) {
        kernel_binary_cross_entropy(logits, targets, count, gradientFactor, losses, gradient)
    }

    static func negativeLogLikelihood(
        _ logProbabilities: UnsafePointer<Float>, _ labels: Labels, classes: Int,
        losses: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>, gradientFactor: Float
    ) {
        kernel_negative_log_likelihood(
            logProbabilities, labels.base, labels.count, classes, gradientFactor, losses, gradient)
    }

    static func halfSquaredError(
        _ values: UnsafePointer<Float>, _ targets: UnsafePointer<Float>, count: Int,
        losses: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>, gradientFactor: Float
    ) {
        kernel_half_squared_error(values, targets, count, gradientFactor, losses, gradient)
    }

    /// Rows whose first greatest logit is at the label.
    static func countCorrect(logits: UnsafeMutableBufferPointer<Float>, labels: Labels, classes: Int) -> Int {
        kernel_count_correct(logits.baseAddress, labels.base, labels.count, classes)
    }

    /// Logits that are above 0 just where the label is 1.
    static func countCorrectBinary(logits: UnsafeMutableBufferPointer<Float>, labels: Labels) -> Int {
        kernel_count_correct_binary(logits.baseAddress, labels.base, labels.count)
    }
}
