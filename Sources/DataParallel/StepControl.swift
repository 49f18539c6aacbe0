/// What one rank says of its part of a step. It reaches all ranks with the sum of the gradients, in a slot of its own of the ``ControlBlock``.
public struct StepControl: Equatable, Sendable {
    /// The loss of this rank's samples over the global number of samples.
    public var loss: Float

    /// Correctly classified samples. Exact up to 2²⁴.
    public var correct: Float

    /// Whether the rank was asked to stop after this step.
    public var stopRequested: Bool

    /// Whether the rank was asked to write a checkpoint soon.
    public var checkpointRequested: Bool

    /// A hash of the rank's parameters and buffers before the step; nil in steps that do not compare them.
    public var replicaHash: UInt64?

    /// How long the rank took for its own part of the step, until it began to wait for the others.
    public var arrivalMilliseconds: Float

    /// Floats in a slot: a cache line, so that ranks can be told more without a longer message.
    static let floatCount = 16

    /// The contribution of one rank, without samples as yet.
    public init(stopRequested: Bool = false, checkpointRequested: Bool = false) {
        loss = 0
        correct = 0
        arrivalMilliseconds = 0
        self.stopRequested = stopRequested
        self.checkpointRequested = checkpointRequested
    }

    init(reading slot: UnsafePointer<Float>) {
        loss = slot[0]
        correct = slot[1]
        stopRequested = slot[2] != 0
        checkpointRequested = slot[3] != 0
        replicaHash = slot[4] != 0 ? Self.readHash(slot + 5) : nil
        arrivalMilliseconds = slot[9]
    }

    func write(into slot: UnsafeMutablePointer<Float>) {
        slot[0] = loss
        slot[1] = correct
        slot[2] = stopRequested ? 1 : 0
        slot[3] = checkpointRequested ? 1 : 0
        slot[4] = replicaHash != nil ? 1 : 0
        Self.write(replicaHash ?? 0, into: slot + 5)
        slot[9] = arrivalMilliseconds
    }

    // Float32 keeps whole numbers up to 2²⁴ exactly, so 64 bits travel in four parts.
    private static func readHash(_ parts: UnsafePointer<Float>) -> UInt64 {
        var hash: UInt64 = 0
        for part in 0..<4 { hash |= (UInt64(exactly: parts[part]) ?? 0) << UInt64(part * 16) }
        return hash
    }

    private static func write(_ hash: UInt64, into parts: UnsafeMutablePointer<Float>) {
        for part in 0..<4 { parts[part] = Float(hash >> UInt64(part * 16) & 0xFFFF) }
    }
}
