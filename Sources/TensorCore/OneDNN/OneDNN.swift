import COneDNN

/// What is known about the oneDNN library itself.
public enum OneDNN {
    /// The version of the library in use, such as "2.6.3".
    public static var version: String {
        var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
        onednn_version(&major, &minor, &patch)
        return "\(major).\(minor).\(patch)"
    }

    /// The instruction set that oneDNN dispatches to (`dnnl_get_effective_cpu_isa`), as its own bit mask in hex.
    public static var instructionSet: String {
        "0x" + String(onednn_instruction_set(), radix: 16)
    }

    /// Whether oneDNN has kernels for AVX2 here.
    static let hasAVX2 = onednn_has_avx2() != 0

    /// Whether oneDNN has kernels for AVX-512 here.
    static let hasAVX512 = onednn_has_avx512() != 0

    /// Whether the processor multiplies bfloat16 itself (AVX512-BF16 or AMX) and oneDNN has kernels for that: else bfloat16 would be
    /// slower than float32.
    public static var multipliesBFloat16: Bool {
        guard onednn_multiplies_bfloat16() != 0, let engine = try? Engine() else { return false }
        return (try? MatrixProduct.ofBFloat16(engine)) != nil
    }

    /// Threads for primitives that the calling thread creates or runs (`omp_set_num_threads`).
    static func setThreads(_ count: Int) {
        onednn_set_threads(Int32(clamping: count))
    }
}
