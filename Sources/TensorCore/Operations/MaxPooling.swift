import CKernels

/// The greatest element of each window, or 0 if that is less; NaN is greater than anything.
///
/// Gradient: each result's goes to the element it came from, the first of equal numbers and the last NaN; behind a rectifier only where
/// the result is not 0. Forward notes the places as 16-bit numbers.
final class MaxPoolingOperation: Operation {
    let name: String
    let pooling: Pooling
    let relu: Bool

    init(_ pooling: Pooling, relu: Bool) {
        self.pooling = pooling
        self.relu = relu
        name = relu ? "max pooling + relu" : "max pooling"
    }

    func forward(_ x: Tensor, into y: Tensor, places: Tensor?) {
        var kernel = pooling.kernel
        kernel_max_pool(&kernel, x.memory, y.memory, places.map(Self.places), relu ? 1 : 0, pooling.threads)
    }

    func backward(_ record: Record, on tape: Tape) throws {
        guard let places = record.saved else { return }
        let dy = tape.gradient(of: record.output)
        var kernel = pooling.kernel
        try tape.withGradientMemory(of: record.inputs.0) {
            kernel_max_pool_gradient(&kernel, dy, Self.places(places), $0, pooling.threads)
        }
    }

    /// A tensor's memory is a place to keep anything.
    private static func places(_ tensor: Tensor) -> UnsafeMutablePointer<UInt16> {
        UnsafeMutableRawPointer(tensor.memory).assumingMemoryBound(to: UInt16.self)
    }

    func kernels(for record: Record, on tape: Tape) throws -> [KernelChoice] {
        let source = record.inputs.0.shape
        var choices = try KernelChoice.pooling(.maximum, pooling, of: source, on: tape.context)
        if relu {
            let rectifier = try ElementFunction(.relu, tape.context.engine, count: pooling.shape.count)
            choices.append(rectifier.backwardKernel(on: tape.context))
        }
        return choices
    }
}

extension Tensor {
    /// The greatest element of each square window over images `[batch, height, width, channels]`, and on request 0 where that is
    /// less. NaN is greater than anything.
    /// - Parameters:
    ///   - kernel: The side of the window, at most 255.
    ///   - stride: Pixels between neighbouring windows; without it they lie side by side.
    ///   - padding: Pixels on each side of the image that no window takes an element from; less than `kernel`.
    /// - Returns: `[batch, height', width', channels]` with `height' = (height + 2 padding − kernel) / stride + 1`.
    /// - Throws: ``OneDNNError``.
    public func maxPool(_ kernel: Int, stride: Int? = nil, padding: Int = 0, relu: Bool = false) throws -> Tensor {
        let window = Window(kernel: kernel, stride: stride ?? kernel, padding: padding)
        requirePooling(window, "max pooling")
        let source = try byChannels()
        let key = OperationKey(
            MaxPoolingOperation.self, shape, settings: window.settings, options: relu ? 1 : 0, layouts: source.layout)
        let operation = try tape.context.operation(key) {
            MaxPoolingOperation(try Pooling(window, of: shape, source.layout, on: tape.context), relu: relu)
        }
        let pooling = operation.pooling
        let output = tape.allocate(pooling.shape, layout: pooling.layout, needsGradient: needsGradient)
        let places = needsGradient ? tape.allocate(Shape((pooling.memoryCount + 1) / 2), needsGradient: false) : nil
        tape.measure(operation.name + " forward") { operation.forward(source, into: output, places: places) }
        tape.record(operation, source, output: output, saved: places)
        return output
    }
}
