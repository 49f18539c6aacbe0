/// `y[n,i,j,o] = b[o] + Σ W[o,c,k,l] · x[n, i·stride + k − padding, j·stride + l − padding, c]`, x zero outside the image, or what is
/// above 0 of that.
///
/// Gradients: `dx` the transposed convolution of `dy` with W, `dW` the correlation of x with `dy`, `db` the sums of `dy`; behind a
/// rectifier `dy` counts only where `y` is not 0. Each of the three kernels works in layouts of its own choice; the weights stay
/// plain to the outside and are brought into them in each pass.
final class ConvolutionOperation: Operation {
    let name: String
    let sizes: ConvolutionSizes
    let choice: ConvolutionKernels
    let relu: Bool
    private let precision: ComputePrecision
    private let sharesWeights: Bool

    init(
        _ context: ExecutionContext, _ sizes: ConvolutionSizes, relu: Bool, gradients: (source: Bool, weight: Bool)
    ) throws {
        self.relu = relu
        name = relu ? "convolution + relu" : "convolution"
        (precision, self.sizes, choice) = try ConvolutionKernels.choose(
            sizes, for: context.precision, gradients: gradients, on: context)
        sharesWeights = choice.sourceGradient?.sharesWeights(with: choice.forward) ?? false
    }

    /// The result, and the weights as the forward kernel took them, if backward will want them so again.
    func forward(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?, needsGradient: Bool) throws -> (Tensor, Tensor?) {
        let (tape, kernel) = (x.tape, choice.forward)
        let source = try x.laidOut(kernel.source).operand(in: precision)
        let plain = weight.operand(in: precision)
        let output = tape.allocate(sizes.destination, layout: kernel.destination, needsGradient: needsGradient)
        let packed = kernel.takesPlainWeights ? nil : tape.allocate(Shape(kernel.weightCount), needsGradient: false)
        try tape.measure(name + " forward") {
            if let packed { try kernel.reorderWeights(on: tape, from: plain, to: packed.base) }
            let weights = packed?.base ?? plain
            if let bias {
                try kernel.primitive.run(on: tape.context, source, weights, bias.base, output.memory)
            } else {
                try kernel.primitive.run(on: tape.context, source, weights, output.memory)
            }
            // Not oneDNN's own rectifier, which turns NaN into 0.
            if relu {
                Kernels.relu(output.memory, into: output.memory, count: output.memoryCount, on: tape.context)
            }
        }
        return (output, sharesWeights ? packed : nil)
    }

    func backward(_ record: Record, on tape: Tape) throws {
        let output = record.output
        if relu {
            let dy = tape.gradient(of: output)
            Kernels.reluGradient(dy, where: output.memory, into: dy, count: output.memoryCount, on: tape.context)
        }
        guard let first = choice.weightGradient, let second = choice.sourceGradient,
            first.destination === second.destination
        else { return try backwardApart(record, on: tape) }
        try lendGradient(of: output, as: first.destination) {
            try weightGradient(record, first, dy: $0, on: tape)
            try sourceGradient(record, second, dy: $0, on: tape)
        }
    }

    /// The same for kernels of which there is only one, or that want the gradient in different layouts.
    private func backwardApart(_ record: Record, on tape: Tape) throws {
        if let kernel = choice.weightGradient {
            try lendGradient(of: record.output, as: kernel.destination) {
                try weightGradient(record, kernel, dy: $0, on: tape)
            }
        }
        if let kernel = choice.sourceGradient {
            try lendGradient(of: record.output, as: kernel.destination) {
                try sourceGradient(record, kernel, dy: $0, on: tape)
            }
        }
    }

    private func lendGradient(
        of output: Tensor, as layout: Layout?, _ body: (UnsafeMutablePointer<Float>) throws -> Void
    ) throws {
        let (tape, shape) = (output.tape, output.shape)
        try tape.lend(shape, at: tape.gradient(of: output), in: output.layout, as: layout) {
            try tape.lendOperand($0, count: layout?.floatCount ?? shape.count, in: precision, body)
        }
    }

    /// The source as the forward kernel took it, if that is how it is wanted.
    private func lendSource(
        _ x: Tensor, as layout: Layout?, _ body: (UnsafeMutablePointer<Float>) throws -> Void
    ) throws {
        let tape = x.tape
        if let source = tape.twin(of: x, in: layout) { return try body(source.operand(in: precision)) }
        try tape.lend(x.shape, at: x.memory, in: x.layout, as: layout) {
            try tape.lendOperand($0, count: layout?.floatCount ?? x.shape.count, in: precision, body)
        }
    }

    private func weightGradient(
        _ record: Record, _ kernel: WeightGradientKernel, dy: UnsafeMutablePointer<Float>, on tape: Tape
    ) throws {
        let (x, weight, bias, _) = record.inputs
        try lendSource(x, as: kernel.source) { source in
            try withGradient(of: bias, count: sizes.weight[0], on: tape) { db in
                try withGradient(of: weight, count: sizes.weight.count, on: tape) { dw in
                    switch kernel {
                    case .own(let kernel):
                        kernel.run(on: tape.context, source: source, dy: dy, dw: dw, db: bias == nil ? nil : db)
                    case .oneDNN(let kernel):
                        try fill(dw, kernel, on: tape) {
                            try kernel.primitive.run(on: tape.context, source, $0, dy, db)
                        }
                    }
                }
            }
        }
    }

    /// Lets `write` fill the weights' gradient in the kernel's layout.
    private func fill(
        _ gradient: UnsafeMutablePointer<Float>, _ kernel: ConvolutionKernel, on tape: Tape,
        _ write: (UnsafeMutablePointer<Float>) throws -> Void
    ) throws {
        if kernel.takesPlainWeights { return try write(gradient) }
        let packed = tape.context.pool.take(kernel.weightCount)
        defer { tape.context.pool.give(packed, kernel.weightCount) }
        try write(packed)
        try kernel.reorderWeights(on: tape, from: packed, to: gradient)
    }

    /// The kernel computes the gradients of weights and bias in one; what nobody asks for goes to memory that is given back.
    private func withGradient(
        of parameter: Tensor?, count: Int, on tape: Tape, _ write: (UnsafeMutablePointer<Float>) throws -> Void
    ) throws {
        if let parameter, parameter.needsGradient { return try tape.withGradient(of: parameter, write) }
        let unused = tape.context.pool.take(count)
        defer { tape.context.pool.give(unused, count) }
        try write(unused)
    }

    private func sourceGradient(
        _ record: Record, _ kernel: ConvolutionKernel, dy: UnsafeMutablePointer<Float>, on tape: Tape
    ) throws {
        let x = record.inputs.0
        try withWeights(record, kernel, on: tape) { weights in
            try tape.withGradientMemory(of: x) { dx in
                try tape.borrow(x.shape, at: dx, in: x.layout, as: kernel.source) {
                    try kernel.primitive.run(on: tape.context, $0, weights, dy)
                }
            }
        }
    }

    private func withWeights(
        _ record: Record, _ kernel: ConvolutionKernel, on tape: Tape,
        _ body: (UnsafeMutablePointer<Float>) throws -> Void
    ) throws {
        guard let plain = record.inputs.1?.operand(in: precision) else { return }
        if kernel.takesPlainWeights { return try body(plain) }
        if let packed = record.saved { return try body(packed.base) }
        let packed = tape.context.pool.take(kernel.weightCount)
        defer { tape.context.pool.give(packed, kernel.weightCount) }
        try kernel.reorderWeights(on: tape, from: plain, to: packed)
        try body(packed)
    }

    func kernels(for record: Record, on tape: Tape) throws -> [KernelChoice] {
        try KernelChoice.convolution(self, on: tape.context)
    }
}

extension Tensor {
    /// The two-dimensional convolution (cross-correlation, as in PyTorch) of images `[batch, height, width, inputChannels]`, and on
    /// request what is above 0 of it in the same operation.
    /// - Parameters:
    ///   - weight: `[outputChannels, inputChannels, kernelHeight, kernelWidth]`, the order of PyTorch's `Conv2d`.
    ///   - bias: `[outputChannels]`, or nil for none.
    ///   - stride: Pixels between neighbouring places of the kernel, in both directions.
    ///   - padding: Zeros on each side of the image.
    /// - Returns: `[batch, height', width', outputChannels]` with `height' = (height + 2 padding − kernelHeight) / stride + 1`.
    /// - Throws: ``OneDNNError``.
    public func convolution(
        _ weight: Tensor, _ bias: Tensor?, stride: Int = 1, padding: Int = 0, relu: Bool = false
    ) throws -> Tensor {
        let (x, w) = (shape, weight.shape)
        requireShapes(x.rank == 4 && w.rank == 4 && x[3] == w[1] && w.count > 0, "convolution", x, w)
        if let bias { requireShapes(bias.shape == Shape(w[0]), "convolution", w, bias.shape) }
        let sizes = ConvolutionSizes(
            source: x, weight: w, window: Window(stride: stride, padding: padding), bias: bias != nil)
        requireWindow(
            stride > 0 && padding >= 0 && sizes.destination[1] > 0 && sizes.destination[2] > 0, "convolution", x,
            kernel: (w[2], w[3]), stride: stride, padding: padding)
        let (weightGradient, sourceGradient) = (
            weight.needsGradient || bias?.needsGradient ?? false, needsGradient
        )
        if x[0] == 0 {
            let output = tape.allocate(sizes.destination, needsGradient: weightGradient || sourceGradient)
            tape.recordZeroGradients(self, weight, bias, output: output)
            return output
        }
        let options = (bias != nil ? 1 : 0) + (relu ? 2 : 0) + (weightGradient ? 4 : 0) + (sourceGradient ? 8 : 0)
        let key = OperationKey(
            ConvolutionOperation.self, x, w, settings: sizes.window.settings, options: options, layouts: nil)
        let operation = try tape.context.operation(key) {
            try ConvolutionOperation(
                tape.context, sizes, relu: relu, gradients: (source: sourceGradient, weight: weightGradient))
        }
        let (output, packed) = try operation.forward(
            self, weight, bias, needsGradient: weightGradient || sourceGradient)
        tape.record(operation, self, weight, bias, output: output, saved: packed)
        return output
    }
}
