import CKernels

// Loops that only operations use.
extension Kernels {
    /// `destination[row][i] = source[row][i] · factors[row]`.
    static func scaleRows(
        _ source: UnsafePointer<Float>, by factors: UnsafePointer<Float>, rows: Int, columns: Int,
        into destination: UnsafeMutablePointer<Float>
    ) {
        kernel_scale_rows(destination, source, factors, rows, columns)
    }

    /// `y[i] = max(x[i], 0)`; NaN stays NaN. `y` may be `x`.
    static func relu(
        _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int, on context: ExecutionContext
    ) {
        kernel_relu(x, y, count, Int32(clamping: context.threadCount))
    }

    /// The gradient of the rectifier's source from that of its result `y`: 0 where `y` is 0. `dx` may be `dy`.
    static func reluGradient(
        _ dy: UnsafePointer<Float>, where y: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>, count: Int,
        on context: ExecutionContext
    ) {
        kernel_relu_gradient(dy, y, dx, count, Int32(clamping: context.threadCount))
    }

    /// The sum of the elements, in doubles, in order.
    static func sum(_ values: UnsafePointer<Float>, count: Int) -> Double {
        kernel_sum(values, count)
    }

    /// What the backward pass of a linear layer needs from the gradient `[rows, columns]` of its output: the transpose and the sums
    /// over the rows, each unless nil. With a mask, the layer's rectified output, gradients where it is not positive become 0 first, in place.
    static func linearGradient(
        _ gradient: UnsafeMutablePointer<Float>, mask: UnsafePointer<Float>?, rows: Int, columns: Int,
        threads: Int = 1, transposed: UnsafeMutablePointer<Float>?, sums: UnsafeMutablePointer<Float>?
    ) {
        kernel_linear_gradient(gradient, mask, rows, columns, Int32(clamping: threads), transposed, sums)
    }

    /// `destination[i] = max(a[i] + b[i], 0)`; NaN stays NaN.
    static func addReLU(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into destination: UnsafeMutablePointer<Float>, count: Int,
        on context: ExecutionContext
    ) {
        kernel_add_relu(a, b, destination, count, Int32(clamping: context.threadCount))
    }

    /// The bfloat16 nearest to each element, ties to even, two in the place of a float32; NaN stays NaN.
    static func roundToBFloat16(
        _ source: UnsafePointer<Float>, into destination: UnsafeMutablePointer<Float>, count: Int,
        on context: ExecutionContext
    ) {
        let narrow = UnsafeMutableRawPointer(destination).assumingMemoryBound(to: UInt16.self)
        kernel_round_to_bfloat16(source, narrow, count, Int32(clamping: context.threadCount))
    }

    /// The same numbers, as float32.
    static func roundInFloat32(
        _ source: UnsafePointer<Float>, into destination: UnsafeMutablePointer<Float>, count: Int,
        on context: ExecutionContext
    ) {
        kernel_round_in_float32(source, destination, count, Int32(clamping: context.threadCount))
    }
}
