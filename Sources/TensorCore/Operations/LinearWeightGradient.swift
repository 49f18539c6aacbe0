/// `dW = dyᵀ x` for fixed sizes, dy `[batch, outputFeatures]`, x `[batch, inputFeatures]`, in the faster of two ways.
///
/// Which way is a pure function of the precision and the number of outputs, never of a timing: the two give different bits. The rows of dW are the
/// outputs, always as many, so `dnnl_sgemm`, whose bits depend on the number of rows, does no harm here.
/// `docs/performance.md` has the measurements.
struct LinearWeightGradient {
    private let sizes: MatrixProduct.Sizes
    private let precision: ComputePrecision
    /// For few outputs, and for rounded operands: `dnnl_matmul` reads a transposed matrix slowly, so dy is transposed beforehand, along with what else it
    /// takes a pass for.
    private let product: MatrixProduct?

    init(_ engine: Engine, batch: Int, input: Int, output: Int, in precision: ComputePrecision) throws {
        self.precision = precision
        sizes = .init(m: output, n: input, k: batch, transposedA: true)
        product =
            output >= 1024 && !precision.rounds
            ? nil : try MatrixProduct(engine, .init(m: output, n: input, k: batch, operands: precision.operandType))
    }

    /// Gives `body` room for the transpose of dy, if ``run(on:dy:transposed:x:into:)`` is going to read one.
    func withRoomForTranspose(
        on context: ExecutionContext, _ body: (UnsafeMutablePointer<Float>?) throws -> Void
    ) rethrows {
        guard product != nil else { return try body(nil) }
        let count = sizes.m * sizes.k
        let room = context.pool.take(count)
        defer { context.pool.give(room, count) }
        try body(room)
    }

    /// - Parameter x: as products take it in the precision; dy is not rounded yet.
    func run(
        on tape: Tape, dy: UnsafeMutablePointer<Float>, transposed: UnsafeMutablePointer<Float>?,
        x: UnsafeMutablePointer<Float>, into dW: UnsafeMutablePointer<Float>
    ) throws {
        if let product, let transposed {
            try tape.lendOperand(transposed, count: sizes.m * sizes.k, in: precision) {
                try product.run(on: tape.context, a: $0, b: x, c: dW)
            }
        } else {
            try tape.context.measureKernel { try SingleGeneralProduct.run(sizes, a: dy, b: x, c: dW) }
        }
    }
}
