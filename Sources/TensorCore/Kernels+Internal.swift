import CKernels

// Loops that only operations use.
extension Kernels {
    /// `destination[i] = source[i] · factor`.
    static func scale(
        _ source: UnsafePointer<Float>, by factor: Float, into destination: UnsafeMutablePointer<Float>, count: Int
    ) {
        kernel_scale(destination, source, factor, count)
    }

    /// The sums over the rows of a matrix `[rows, columns]`.
    static func columnSums(
        of matrix: UnsafePointer<Float>, rows: Int, columns: Int, into sums: UnsafeMutablePointer<Float>,
        on context: ExecutionContext
    ) {
        let byteCount = kernel_column_sums_scratch(columns) * MemoryLayout<Float>.stride
        let scratch = context.scratch(byteCount).assumingMemoryBound(to: Float.self)
        kernel_column_sums(matrix, rows, columns, sums, scratch)
    }

    /// The sum of the rows' cross-entropies; `gradient` gets its derivative with respect to the logits times `gradientFactor`.
    static func softmaxCrossEntropy(
        logits: UnsafePointer<Float>, labels: Labels, classes: Int, gradientFactor: Float,
        gradient: UnsafeMutablePointer<Float>, on context: ExecutionContext
    ) -> Double {
        let losses = context.scratch(labels.count * MemoryLayout<Float>.stride).assumingMemoryBound(to: Float.self)
        kernel_softmax_cross_entropy(logits, labels.base, labels.count, classes, gradientFactor, losses, gradient)
        return kernel_sum(losses, labels.count)
    }

    /// Rows whose first greatest logit is at the label.
    static func countCorrect(logits: UnsafePointer<Float>, labels: Labels, classes: Int) -> Int {
        kernel_count_correct(logits, labels.base, labels.count, classes)
    }
}
