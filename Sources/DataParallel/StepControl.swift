/// What one rank says of its part of a step. It travels with the gradients, in a slot of its own of the ``ControlBlock``.
public struct StepControl: Equatable, Sendable {
    /// The loss of this rank's samples over the global number of samples.
    public var loss: Float

    /// Correctly classified samples. Exact up to 2²⁴.
    public var correct: Float

    /// Whether the rank was asked to stop after this step.
    public var stopRequested: Bool

    /// Whether the rank was asked to write a checkpoint soon.
    public var checkpointRequested: Bool

    /// Floats in a slot: a cache line, so that ranks can be told more without a longer message.
    static let floatCount = 16

    /// The contribution of one rank, without samples as yet.
    public init(stopRequested: Bool = false, checkpointRequested: Bool = false) {
        loss = 0
        correct = 0
        self.stopRequested = stopRequested
        self.checkpointRequested = checkpointRequested
    }

    init(reading slot: UnsafePointer<Float>) {
        loss = slot[0]
        correct = slot[1]
        stopRequested = slot[2] != 0
        checkpointRequested = slot[3] != 0
    }

    func write(into slot: UnsafeMutablePointer<Float>) {
        slot[0] = loss
        slot[1] = correct
        slot[2] = stopRequested ? 1 : 0
        slot[3] = checkpointRequested ? 1 : 0
    }
}
