/// `y = x Wᵀ + b`, with x `[batch, inputFeatures]`, W `[outputFeatures, inputFeatures]`, b `[outputFeatures]`.
///
/// Gradients: `dx = dy W`, `dW = dyᵀ x`, `db` the column sums of `dy`.
final class LinearOperation: Operation {
    let name = "linear"
    private let forward: MatrixProduct
    private let sourceGradient: MatrixProduct
    private let weightGradient: MatrixProduct
    private let sizes: (batch: Int, input: Int, output: Int)

    init(_ context: ExecutionContext, batch: Int, input: Int, output: Int, bias: Bool) throws {
        sizes = (batch, input, output)
        let products = Self.products(batch: batch, input: input, output: output, bias: bias)
        forward = try MatrixProduct(context.engine, products.forward)
        sourceGradient = try MatrixProduct(context.engine, products.sourceGradient)
        weightGradient = try MatrixProduct(context.engine, products.weightGradient)
    }

    func forward(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?, into y: Tensor) throws {
        try forward.run(on: x.tape.context, a: x.base, b: weight.base, bias: bias?.base, c: y.base)
    }

    func backward(_ record: Record, on tape: Tape) throws {
        guard let weight = record.inputs.1 else { return }
        let x = record.inputs.0
        let dy = tape.gradient(of: record.output)
        try tape.withGradient(of: weight) {
            try weightGradient.run(on: tape.context, a: dy, b: x.base, c: $0)
        }
        if let bias = record.inputs.2 {
            try tape.withGradient(of: bias) {
                Kernels.columnSums(of: dy, rows: sizes.batch, columns: sizes.output, into: $0, on: tape.context)
            }
        }
        try tape.withGradient(of: x) {
            try sourceGradient.run(on: tape.context, a: dy, b: weight.base, c: $0)
        }
    }

    func kernels(for record: Record, on tape: Tape) throws -> [KernelChoice] {
        let products = Self.products(batch: sizes.batch, input: sizes.input, output: sizes.output, bias: false)
        var choices = [
            try KernelChoice.product("linear forward", products.forward, on: tape.context),
            try KernelChoice.product("linear weight gradient", products.weightGradient, on: tape.context),
        ]
        if record.inputs.0.needsGradient {
            choices.append(try .product("linear input gradient", products.sourceGradient, on: tape.context))
        }
        return choices
    }

    private static func products(
        batch: Int, input: Int, output: Int, bias: Bool
    ) -> (forward: MatrixProduct.Sizes, sourceGradient: MatrixProduct.Sizes, weightGradient: MatrixProduct.Sizes) {
        (
            .init(m: batch, n: output, k: input, transposedB: true, bias: bias),
            .init(m: batch, n: input, k: output),
            .init(m: output, n: input, k: batch, transposedA: true)
        )
    }
}

extension Tensor {
    /// `x Wᵀ + b` for x `[batch, inputFeatures]`.
    /// - Parameters:
    ///   - weight: `[outputFeatures, inputFeatures]`.
    ///   - bias: `[outputFeatures]`, or nil for none.
    /// - Returns: `[batch, outputFeatures]`.
    /// - Throws: ``OneDNNError``.
    public func linear(_ weight: Tensor, _ bias: Tensor?) throws -> Tensor {
        let (x, w) = (shape, weight.shape)
        requireShapes(x.rank == 2 && w.rank == 2 && x[1] == w[1], "linear", x, w)
        if let bias { requireShapes(bias.shape == [w[0]], "linear", w, bias.shape) }
        let output = tape.allocate([x[0], w[0]], needsGradient: needsGradient || weight.needsGradient)
        if x[0] == 0 { return emptyLinear(weight, bias, output) }
        let key = OperationKey(LinearOperation.self, x, w, options: bias == nil ? 0 : 1)
        let operation = try tape.context.operation(key) {
            try LinearOperation(tape.context, batch: x[0], input: x[1], output: w[0], bias: bias != nil)
        }
        try tape.measure("linear forward") { try operation.forward(self, weight, bias, into: output) }
        tape.record(operation, self, weight, bias, output: output)
        return output
    }

    /// oneDNN refuses matrices without rows; their result is empty and all gradients are zero.
    private func emptyLinear(_ weight: Tensor, _ bias: Tensor?, _ output: Tensor) -> Tensor {
        let operation = tape.context.operation(OperationKey(ZeroGradients.self, [])) { ZeroGradients() }
        tape.record(operation, self, weight, bias, output: output)
        return output
    }
}
