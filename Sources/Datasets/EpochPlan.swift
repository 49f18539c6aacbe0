/// Which places of an epoch's permutation each step uses: step t takes `[t·B, min((t + 1)·B, n))`.
public struct EpochPlan: Equatable, Sendable {
    /// The number of samples n.
    public let sampleCount: Int

    /// The number of samples B of one optimizer step, over all ranks.
    public let globalBatchSize: Int

    /// The number of optimizer steps of an epoch; zero when the only batch is short and dropped.
    public let stepsPerEpoch: Int

    /// A plan that keeps a short last batch, or leaves it out if `dropLast`.
    public init(sampleCount: Int, globalBatchSize: Int, dropLast: Bool = false) {
        guard sampleCount >= 0, globalBatchSize >= 1 else {
            fatalError("No plan exists for \(sampleCount) samples in batches of \(globalBatchSize).")
        }
        self.sampleCount = sampleCount
        self.globalBatchSize = globalBatchSize
        let (full, rest) = sampleCount.quotientAndRemainder(dividingBy: globalBatchSize)
        stepsPerEpoch = full + (rest > 0 && !dropLast ? 1 : 0)
    }

    /// The places of step `step` of the epoch, which counts from 0; cut them with ``Swift/Range/slice(_:of:)``.
    public func samples(ofStep step: Int) -> Range<Int> {
        guard step >= 0, step < stepsPerEpoch else {
            fatalError("Step \(step) of an epoch of \(stepsPerEpoch) steps was asked for.")
        }
        let start = step * globalBatchSize
        return start..<min(start + globalBatchSize, sampleCount)
    }
}
