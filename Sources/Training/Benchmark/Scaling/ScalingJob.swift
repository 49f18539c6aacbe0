/// One job of a scaling benchmark, which stands for every point that has these ranks and this batch.
public struct ScalingJob: Hashable, Sendable {
    /// The ranks to start.
    public let ranks: Int

    /// Samples of one step over all ranks.
    public let globalBatchSize: Int
}
