import CKernels

// Loops over rows: the last axis of a tensor.
extension Kernels {
    static func softmax(
        _ source: UnsafePointer<Float>, rows: Int, columns: Int, into result: UnsafeMutablePointer<Float>
    ) {
        kernel_softmax(source, rows, columns, result)
    }

    /// The gradient of softmax' source from its result and that one's gradient.
    static func softmaxGradient(
        _ gradient: UnsafePointer<Float>, result: UnsafePointer<Float>, rows: Int, columns: Int,
        into sourceGradient: UnsafeMutablePointer<Float>
    ) {
        kernel_softmax_gradient(result, gradient, rows, columns, sourceGradient)
    }

    static func logSoftmax(
        _ source: UnsafePointer<Float>, rows: Int, columns: Int, into result: UnsafeMutablePointer<Float>,
        on context: ExecutionContext
    ) {
        let exponentials = context.scratch(rows * columns * MemoryLayout<Float>.stride)
        kernel_log_softmax(source, rows, columns, exponentials.assumingMemoryBound(to: Float.self), result)
    }

    /// The gradient of log-softmax' source from its result and that one's gradient.
    static func logSoftmaxGradient(
        _ gradient: UnsafePointer<Float>, result: UnsafePointer<Float>, rows: Int, columns: Int,
        into sourceGradient: UnsafeMutablePointer<Float>
    ) {
        kernel_log_softmax_gradient(result, gradient, rows, columns, sourceGradient)
    }
}
