/// `C = op(A) · op(B) (+ bias)` for fixed sizes: `[m, k] · [k, n] = [m, n]`, all row-major, A and B as they are or transposed.
///
/// A and B may be bfloat16; bias and C are float32. It may first copy B into a layout that oneDNN's kernels read faster. Which way is
/// taken is a pure function of the sizes and of the processor, never of a timing: they give different bits.
final class MatrixProduct {
    struct Sizes {
        let m, n, k: Int
        var transposedA = false
        var transposedB = false
        var bias = false
        var operands = NumberType.float32
    }

    /// What B is copied into beforehand.
    enum Copy {
        /// Nothing: it is read as it lies.
        case none
        /// The layout that oneDNN likes best.
        case packed
        /// Rows one cache line further apart.
        case padded
    }

    private let product: Primitive
    private let copying: Primitive?
    private let copyCount: Int
    private let hasBias: Bool

    init(_ engine: Engine, _ sizes: Sizes, copy: Copy? = nil) throws {
        let plain = try Descriptor.matrix(sizes.k, sizes.n, transposed: sizes.transposedB, of: sizes.operands)
        let weights =
            switch copy ?? Self.bestCopy(sizes) {
            case .none: plain
            case .packed: try Descriptor([sizes.k, sizes.n], strides: nil, of: sizes.operands)
            case .padded:
                try Descriptor([sizes.k, sizes.n], strides: [sizes.n + FlatStorage.lineCount, 1], of: sizes.operands)
            }
        hasBias = sizes.bias
        product = try Primitive.matmul(
            engine, source: .matrix(sizes.m, sizes.k, transposed: sizes.transposedA, of: sizes.operands),
            weights: weights, bias: sizes.bias ? .matrix(1, sizes.n) : nil, destination: .matrix(sizes.m, sizes.n))
        let chosen = try product.descriptor(of: .weights)
        copyCount = (chosen.byteCount + 3) / 4
        copying = try chosen.equals(plain) ? nil : Primitive.reorder(engine, from: plain, to: chosen)
    }

    func run(
        on context: ExecutionContext, a: UnsafeMutablePointer<Float>, b: UnsafeMutablePointer<Float>,
        bias: UnsafeMutablePointer<Float>? = nil, c: UnsafeMutablePointer<Float>
    ) throws {
        guard let copying else { return try multiply(on: context, a, b, bias, c) }
        let copiedB = context.pool.take(copyCount)
        defer { context.pool.give(copiedB, copyCount) }
        try context.measure("reorder matrix") { try copying.run(on: context, b, copiedB) }
        try multiply(on: context, a, copiedB, bias, c)
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

    /// The copy that is cheaper than reading B as it lies, where rows whole or half pages apart fall into the same sets of the cache,
    /// and enough rows of A use it. The kernels for AVX2 read B itself, but with so many rows of A a copy of parts of it, as those
    /// for AVX-512 and for bfloat16 always do. `docs/performance.md` has the measurements.
    static func bestCopy(_ sizes: Sizes, hasAVX512: Bool = OneDNN.hasAVX512) -> Copy {
        let pageOfFloats = 1024
        guard sizes.operands == .float32, !sizes.transposedB else { return .none }
        if hasAVX512 { return sizes.n.isMultiple(of: pageOfFloats) && sizes.m >= 1024 ? .packed : .none }
        return sizes.n.isMultiple(of: pageOfFloats / 2) && (32..<1024).contains(sizes.m) ? .padded : .none
    }
}
