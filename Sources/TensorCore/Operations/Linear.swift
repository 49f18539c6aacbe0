/// `y = x Wᵀ + b`, or `y = max(x Wᵀ + b, 0)`, with x `[batch, inputFeatures]`, W `[outputFeatures, inputFeatures]`,
/// b `[outputFeatures]`.
///
/// Gradients: `dx = dy W`, `dW = dyᵀ x`, `db` the column sums of `dy`; behind a rectifier `dy` counts only where `y` is not 0.
final class LinearOperation: Operation {
    let name: String
    private let forward: MatrixProduct
    private let sourceGradient: MatrixProduct
    private let weightGradient: LinearWeightGradient
    private let sizes: Sizes
    private let precision: ComputePrecision

    struct Sizes {
        let batch, input, output: Int
        let bias, relu: Bool
        var operands = NumberType.float32
    }

    init(_ context: ExecutionContext, _ wanted: Sizes) throws {
        var sizes = wanted
        precision = context.precision
        sizes.operands = precision.operandType
        self.sizes = sizes
        name = sizes.relu ? "linear + relu" : "linear"
        forward = try MatrixProduct(context.engine, sizes.forward)
        sourceGradient = try MatrixProduct(context.engine, sizes.sourceGradient)
        weightGradient = try LinearWeightGradient(
            context.engine, batch: sizes.batch, input: sizes.input, output: sizes.output, in: precision)
    }

    func forward(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?, into y: Tensor) throws {
        let (a, b) = (x.operand(in: precision), weight.operand(in: precision))
        try forward.run(on: x.tape.context, a: a, b: b, bias: bias?.base, c: y.base)
        // Not oneDNN's own rectifier, which turns NaN into 0; in place it costs next to nothing.
        if sizes.relu {
            Kernels.relu(y.base, into: y.base, count: sizes.batch * sizes.output, on: x.tape.context)
        }
    }

    func backward(_ record: Record, on tape: Tape) throws {
        guard let weight = record.inputs.1 else { return }
        let x = record.inputs.0
        let dy = tape.gradient(of: record.output)
        try weightGradient.withRoomForTranspose(on: tape.context) { transposed in
            try withBiasGradient(record, on: tape) {
                Kernels.linearGradient(
                    dy, mask: sizes.relu ? record.output.base : nil, rows: sizes.batch, columns: sizes.output,
                    threads: tape.context.threadCount, transposed: transposed, sums: $0)
            }
            try tape.withGradient(of: weight) {
                try weightGradient.run(
                    on: tape, dy: dy, transposed: transposed, x: x.operand(in: precision), into: $0)
            }
        }
        try tape.withGradient(of: x) { dx in
            try tape.lendOperand(dy, count: sizes.batch * sizes.output, in: precision) {
                try sourceGradient.run(on: tape.context, a: $0, b: weight.operand(in: precision), c: dx)
            }
        }
    }

    private func withBiasGradient(
        _ record: Record, on tape: Tape, _ body: (UnsafeMutablePointer<Float>?) -> Void
    ) throws {
        guard let bias = record.inputs.2, bias.needsGradient else { return body(nil) }
        try tape.withGradient(of: bias) { body($0) }
    }

    func kernels(for record: Record, on tape: Tape) throws -> [KernelChoice] {
        var choices = [
            try KernelChoice.product("linear forward", sizes.forward, on: tape.context),
            try KernelChoice.product("linear weight gradient", sizes.weightGradient, on: tape.context),
        ]
        if record.inputs.0.needsGradient {
            choices.append(try .product("linear input gradient", sizes.sourceGradient, on: tape.context))
        }
        if sizes.relu {
            let rectifier = try ElementFunction(.relu, tape.context.engine, count: sizes.batch * sizes.output)
            choices.append(rectifier.backwardKernel(on: tape.context))
        }
        return choices
    }
}

extension LinearOperation.Sizes {
    fileprivate var forward: MatrixProduct.Sizes {
        .init(m: batch, n: output, k: input, transposedB: true, bias: bias, operands: operands)
    }

    fileprivate var sourceGradient: MatrixProduct.Sizes {
        .init(m: batch, n: input, k: output, operands: operands)
    }

    /// Straight from the gradient as it lies, as the kernel limit counts it.
    fileprivate var weightGradient: MatrixProduct.Sizes {
        .init(m: output, n: input, k: batch, transposedA: true, operands: operands)
    }
}

extension Tensor {
    /// `x Wᵀ + b` for x `[batch, inputFeatures]`, and on request `max(x Wᵀ + b, 0)` in the same pass over memory.
    /// - Parameters:
    ///   - weight: `[outputFeatures, inputFeatures]`.
    ///   - bias: `[outputFeatures]`, or nil for none.
    /// - Returns: `[batch, outputFeatures]`.
    /// - Throws: ``OneDNNError``.
    public func linear(_ weight: Tensor, _ bias: Tensor?, relu: Bool = false) throws -> Tensor {
        let (x, w) = (shape, weight.shape)
        requireShapes(x.rank == 2 && w.rank == 2 && x[1] == w[1] && w.count > 0, "linear", x, w)
        if let bias { requireShapes(bias.shape == Shape(w[0]), "linear", w, bias.shape) }
        let output = tape.allocate(
            Shape(x[0], w[0]), needsGradient: needsGradient || weight.needsGradient || bias?.needsGradient ?? false)
        if x[0] == 0 {
            tape.recordZeroGradients(self, weight, bias, output: output)
            return output
        }
        let key = OperationKey(LinearOperation.self, x, w, options: (bias == nil ? 0 : 1) + (relu ? 2 : 0))
        let operation = try tape.context.operation(key) {
            try LinearOperation(
                tape.context, .init(batch: x[0], input: x[1], output: w[0], bias: bias != nil, relu: relu))
        }
        try tape.measure(operation.name + " forward") { try operation.forward(self, weight, bias, into: output) }
        tape.record(operation, self, weight, bias, output: output)
        return output
    }
}
