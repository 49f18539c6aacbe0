/// `y = x · m / (1 − rate)` with m 0 at random with probability `rate`, else 1 (Srivastava et al. 2014, "Dropout: a simple way to
/// prevent neural networks from overfitting", section 10, in the form that leaves evaluation alone). Gradient: `dx = dy · m / (1 − rate)`.
///
/// NaN and infinities are not dropped: times 0 they are NaN, as in PyTorch. The random numbers of a sample's element are a pure function
/// of the sequence, the sample's index and the element's place in the sample.
final class DropoutOperation: Operation {
    let name = "dropout"
    private let scale: Float
    private let droppedBelow: UInt32

    init(rate: Double) {
        scale = Float(1 / (1 - rate))
        droppedBelow = UInt32(min((rate * 0x1p32).rounded(), Double(UInt32.max)))
    }

    func forward(
        _ x: Tensor, samples: UnsafeBufferPointer<Int32>, random: CounterRandom, mask: Tensor, into y: Tensor
    ) {
        let count = x.shape.count
        Kernels.dropoutMask(
            mask.bytes, samples: samples, elements: count / samples.count, random: random, droppedBelow: droppedBelow,
            on: x.tape.context)
        Kernels.dropout(x.base, mask: mask.bytes, scale: scale, into: y.base, count: count, on: x.tape.context)
    }

    func backward(_ record: Record, on tape: Tape) throws {
        guard let mask = record.saved else { return }
        let dy = tape.gradient(of: record.output)
        try tape.withGradient(of: record.inputs.0) {
            Kernels.dropout(
                dy, mask: mask.bytes, scale: scale, into: $0, count: record.output.shape.count, on: tape.context)
        }
    }
}

extension Tensor {
    /// `self` with elements set to 0 at random with probability `rate`, the others divided by 1 − rate.
    /// - Parameters:
    ///   - rate: at least 0, below 1.
    ///   - samples: one number per row of `[batch, …]` that tells its sample from all others; the row's mask follows it.
    ///   - random: the sequence, which should be another one in every step and for every use.
    /// - Throws: ``OneDNNError``.
    public func dropout(
        _ rate: Double, samples: UnsafeBufferPointer<Int32>, random: CounterRandom
    ) throws -> Tensor {
        requireShapes(shape.rank >= 1 && shape[0] == samples.count, "dropout", shape, Shape(samples.count))
        guard rate >= 0, rate < 1 else { fatalError("Dropout needs a rate of at least 0 and below 1, not \(rate).") }
        let source = try plain()
        let output = tape.allocate(shape, needsGradient: needsGradient)
        guard shape.count > 0 else {
            tape.recordZeroGradients(source, output: output)
            return output
        }
        // A byte an element: to draw the numbers again would take five times as long as to read it.
        let mask = tape.allocate(Shape((shape.count + 3) / 4), needsGradient: false)
        let key = OperationKey(DropoutOperation.self, [], options: Int(bitPattern: UInt(rate.bitPattern)))
        let operation = tape.context.operation(key) { DropoutOperation(rate: rate) }
        tape.measure("dropout forward") {
            operation.forward(source, samples: samples, random: random, mask: mask, into: output)
        }
        tape.record(operation, source, output: output, saved: mask)
        return output
    }

    /// The elements' memory as bytes, four to a float32.
    fileprivate var bytes: UnsafeMutablePointer<UInt8> {
        UnsafeMutableRawPointer(base).assumingMemoryBound(to: UInt8.self)
    }
}
