import CKernels

/// The mean of each window. Gradient: each result's is spread over its window.
final class AveragePoolingOperation: Operation {
    let name = "average pooling"
    let pooling: Pooling
    private let countsPadding: Bool

    init(_ pooling: Pooling, countsPadding: Bool) {
        self.pooling = pooling
        self.countsPadding = countsPadding
    }

    func forward(_ x: Tensor, into y: Tensor) {
        var kernel = pooling.kernel
        kernel_average_pool(&kernel, x.memory, y.memory, countsPadding ? 1 : 0, pooling.threads)
    }

    func backward(_ record: Record, on tape: Tape) throws {
        let dy = tape.gradient(of: record.output)
        var kernel = pooling.kernel
        try tape.withGradientMemory(of: record.inputs.0) {
            kernel_average_pool_gradient(&kernel, dy, $0, countsPadding ? 1 : 0, pooling.threads)
        }
    }

    func kernels(for record: Record, on tape: Tape) throws -> [KernelChoice] {
        try KernelChoice.pooling(
            countsPadding ? .meanWithPadding : .mean, pooling, of: record.inputs.0.shape, on: tape.context)
    }
}

extension Tensor {
    /// The mean of each square window over images `[batch, height, width, channels]`.
    /// - Parameters:
    ///   - kernel: The side of the window, at most 255.
    ///   - stride: Pixels between neighbouring windows; without it they lie side by side.
    ///   - padding: Pixels on each side of the image; less than `kernel`.
    ///   - countsPadding: Whether the padding counts as zeros (PyTorch's `count_include_pad`) or not at all.
    /// - Returns: `[batch, height', width', channels]` with `height' = (height + 2 padding − kernel) / stride + 1`.
    /// - Throws: ``OneDNNError``.
    public func averagePool(
        _ kernel: Int, stride: Int? = nil, padding: Int = 0, countsPadding: Bool = true
    ) throws -> Tensor {
        let window = Window(kernel: kernel, stride: stride ?? kernel, padding: padding)
        requirePooling(window, "average pooling")
        let source = try byChannels()
        let key = OperationKey(
            AveragePoolingOperation.self, shape, settings: window.settings, options: countsPadding ? 1 : 0,
            layouts: source.layout)
        let operation = try tape.context.operation(key) {
            AveragePoolingOperation(
                try Pooling(window, of: shape, source.layout, on: tape.context), countsPadding: countsPadding)
        }
        let output = tape.allocate(
            operation.pooling.shape, layout: operation.pooling.layout, needsGradient: needsGradient)
        tape.measure(operation.name + " forward") { operation.forward(source, into: output) }
        tape.record(operation, source, output: output)
        return output
    }
}
