import TensorCore

/// What all ranks say of a step: one slot for each, which the rank has filled. Every rank reads the same block, so what follows from it
/// is the same decision everywhere.
///
/// A slot is plain float32: what decisions follow from is kept exactly, the loss is rounded. A NaN of one rank stays in its slot, also
/// where a sum brought the slots together: it can be told whose it is.
public struct ControlBlock: Sendable {
    /// The number of slots.
    public let rankCount: Int

    private let storage: FlatStorage
    private let start: Int

    init(rankCount: Int, in storage: FlatStorage, from start: Int) {
        self.rankCount = rankCount
        self.storage = storage
        self.start = start
    }

    /// What `rank` said.
    public subscript(rank: Int) -> StepControl {
        get { StepControl(reading: slot(rank)) }
        nonmutating set { newValue.write(into: slot(rank)) }
    }

    /// The mean loss of the step's samples: the sum over the ranks, in their order.
    public var loss: Double {
        sum { Double($0.loss) }
    }

    /// Correctly classified samples.
    public var correct: Int {
        Int(sum { Double($0.correct) })
    }

    /// Whether any rank was asked to stop.
    public var stopRequested: Bool {
        (0..<rankCount).contains { self[$0].stopRequested }
    }

    /// Whether any rank was asked for a checkpoint.
    public var checkpointRequested: Bool {
        (0..<rankCount).contains { self[$0].checkpointRequested }
    }

    /// Whether all ranks sent the same hash of their parameters, or none of them any.
    public var replicasAreEqual: Bool {
        (1..<max(rankCount, 1)).allSatisfy { self[$0].replicaHash == self[0].replicaHash }
    }

    private func sum(_ value: (StepControl) -> Double) -> Double {
        var sum = 0.0
        for rank in 0..<rankCount { sum += value(self[rank]) }
        return sum
    }

    private func slot(_ rank: Int) -> UnsafeMutablePointer<Float> {
        storage.base + start + rank * StepControl.floatCount
    }
}
