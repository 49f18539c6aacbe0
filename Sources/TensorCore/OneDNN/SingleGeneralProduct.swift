import COneDNN

/// `C = op(A) · op(B)` by `dnnl_sgemm`, which needs no primitive. Its bits depend on the number of rows of C.
enum SingleGeneralProduct {
    static func run(
        _ sizes: MatrixProduct.Sizes, a: UnsafePointer<Float>, b: UnsafePointer<Float>, c: UnsafeMutablePointer<Float>
    ) throws {
        let (m, n, k) = (Int64(sizes.m), Int64(sizes.n), Int64(sizes.k))
        try check(
            onednn_sgemm(
                flag(sizes.transposedA), flag(sizes.transposedB), m, n, k, a, sizes.transposedA ? m : k, b,
                sizes.transposedB ? k : n, c, n), "a product by dnnl_sgemm")
    }

    private static func flag(_ transposed: Bool) -> CChar {
        CChar(UInt8(ascii: transposed ? "T" : "N"))
    }
}
