import CKernels

// What numbers go through to travel in half the bytes.
extension Kernels {
    /// The bfloat16 nearest to each element, ties to even; NaN stays NaN.
    public static func narrow(
        _ source: UnsafePointer<Float>, into destination: UnsafeMutablePointer<UInt16>, count: Int
    ) {
        kernel_round_to_bfloat16(source, destination, count, 1)
    }

    /// `destination[i] = source[i]`, bfloat16 as float32.
    public static func widen(
        _ source: UnsafePointer<UInt16>, into destination: UnsafeMutablePointer<Float>, count: Int
    ) {
        kernel_widen_bfloat16(source, destination, count)
    }

    /// `destination[i] += source[i]`, bfloat16 onto float32.
    public static func add(
        _ destination: UnsafeMutablePointer<Float>, bfloat16 source: UnsafePointer<UInt16>, _ count: Int
    ) {
        kernel_add_bfloat16(destination, source, count)
    }
}
