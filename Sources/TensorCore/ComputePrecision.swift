/// The numbers that matrix products and convolutions are computed from. Sums and results are float32 in each, and so is everything
/// else: parameters, gradients, losses, statistics.
public enum ComputePrecision: String, Sendable {
    case float32

    /// The operands of each product are rounded to bfloat16 (round to nearest, ties to even) and multiplied by the processor's own
    /// instructions, which take denormal numbers for 0. Only where ``OneDNN/multipliesBFloat16``.
    ///
    /// The first convolution of an image with few channels stays float32: oneDNN has nothing faster for it.
    case bfloat16

    /// The same operands, multiplied by float32 kernels: but for the order of sums the same results as ``bfloat16`` on any processor,
    /// and no faster than ``float32``. For tests and experiments.
    case emulatedBFloat16
}

// What operations ask.
extension ComputePrecision {
    /// Whether operands are rounded.
    var rounds: Bool {
        self != .float32
    }

    /// What the memory of an operand holds.
    var operandType: NumberType {
        self == .bfloat16 ? .bfloat16 : .float32
    }

    /// The float32 whose memory `count` elements of an operand take.
    func floatCount(of count: Int) -> Int {
        self == .bfloat16 ? (count + 1) / 2 : count
    }

    /// Makes `count` elements into an operand.
    func round(
        _ source: UnsafePointer<Float>, count: Int, into operand: UnsafeMutablePointer<Float>,
        on context: ExecutionContext
    ) {
        switch self {
        case .float32: operand.update(from: source, count: count)
        case .emulatedBFloat16: Kernels.roundInFloat32(source, into: operand, count: count, on: context)
        case .bfloat16: Kernels.roundToBFloat16(source, into: operand, count: count, on: context)
        }
    }
}
