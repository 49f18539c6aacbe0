/// The few numbers that travel with a step's gradients and are summed like them, so that every rank decides alike.
public struct StepControl: Equatable, Sendable {
    /// The loss of this rank's samples over the global number of samples; summed: the step's mean loss.
    public var loss: Float

    /// Correctly classified samples. Exact up to 2²⁴.
    public var correct: Float

    /// 1 from a rank that was asked to stop after this step.
    public var stopRequests: Float

    /// 1 from a rank that was asked to write a checkpoint soon.
    public var checkpointRequests: Float

    /// Floats in a message; a full cache line leaves room.
    static let floatCount = 16

    /// The contribution of one rank, without samples as yet.
    public init(stopRequested: Bool = false, checkpointRequested: Bool = false) {
        loss = 0
        correct = 0
        stopRequests = stopRequested ? 1 : 0
        checkpointRequests = checkpointRequested ? 1 : 0
    }

    init(reading floats: UnsafeMutableBufferPointer<Float>) {
        loss = floats[0]
        correct = floats[1]
        stopRequests = floats[2]
        checkpointRequests = floats[3]
    }

    func write(into floats: UnsafeMutableBufferPointer<Float>) {
        floats[0] = loss
        floats[1] = correct
        floats[2] = stopRequests
        floats[3] = checkpointRequests
    }
}
