/// `C = op(A) · op(B) (+ bias)` for fixed sizes: `[m, k] · [k, n] = [m, n]`, all row-major, A and B as they are or transposed.
///
/// A and B may be bfloat16; bias and C are float32. It may first copy B into the layout that oneDNN's kernel likes best. Which way is taken is a pure function of the sizes, never
/// of a timing: the two give different bits.
final class MatrixProduct {
    struct Sizes {
        let m, n, k: Int
        var transposedA = false
        var transposedB = false
        var bias = false
        var operands = NumberType.float32
    }

    private let product: Primitive
    private let pack: Primitive?
    private let packedCount: Int
    private let hasBias: Bool

    init(_ engine: Engine, _ sizes: Sizes, packed: Bool? = nil) throws {
        let plain = try Descriptor.matrix(sizes.k, sizes.n, transposed: sizes.transposedB, of: sizes.operands)
        let wantsPacked = packed ?? Self.packingPays(sizes)
        hasBias = sizes.bias
        product = try Primitive.matmul(
            engine, source: .matrix(sizes.m, sizes.k, transposed: sizes.transposedA, of: sizes.operands),
            weights: wantsPacked ? Descriptor([sizes.k, sizes.n], strides: nil, of: sizes.operands) : plain,
            bias: sizes.bias ? .matrix(1, sizes.n) : nil, destination: .matrix(sizes.m, sizes.n))
        let chosen = try product.descriptor(of: .weights)
        packedCount = (chosen.byteCount + 3) / 4
        pack = try chosen.equals(plain) ? nil : Primitive.reorder(engine, from: plain, to: chosen)
    }

    func run(
        on context: ExecutionContext, a: UnsafeMutablePointer<Float>, b: UnsafeMutablePointer<Float>,
        bias: UnsafeMutablePointer<Float>? = nil, c: UnsafeMutablePointer<Float>
    ) throws {
        guard let pack else { return try multiply(on: context, a, b, bias, c) }
        let packedB = context.pool.take(packedCount)
        defer { context.pool.give(packedB, packedCount) }
        try context.measure("reorder weights") { try pack.run(on: context, b, packedB) }
        try multiply(on: context, a, packedB, bias, c)
    }

    private func multiply(
        on context: ExecutionContext, _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>,
        _ bias: UnsafeMutablePointer<Float>?, _ c: UnsafeMutablePointer<Float>
    ) throws {
        if hasBias {
            try product.run(on: context, a, b, bias, c)
        } else {
            try product.run(on: context, a, b, c)
        }
    }

    /// A little product of bfloat16, for those who want to know whether there is one.
    static func ofBFloat16(_ engine: Engine) throws -> MatrixProduct {
        try MatrixProduct(engine, Sizes(m: 16, n: 16, k: 16, operands: .bfloat16))
    }

    /// Whether copying B first is cheaper than reading it as it lies: where rows whole pages apart fall into the same cache sets,
    /// and enough rows of A use the copy. `docs/performance.md` has the measurements. The kernels for bfloat16 copy what they need.
    private static func packingPays(_ sizes: Sizes) -> Bool {
        let pageOfFloats = 1024
        return sizes.operands == .float32 && !sizes.transposedB && sizes.n.isMultiple(of: pageOfFloats)
            && sizes.m >= 1024
    }
}
