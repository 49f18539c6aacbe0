import TensorCore

/// Which logical shards a step is cut into, and which of them each rank computes.
///
/// Shard s of S has the places `[s·m/S, (s + 1)·m/S)` of a step of m samples, rank r of R the shards `[r·S/R, (r + 1)·S/R)`: what a
/// shard holds does not depend on the number of ranks. A shard without samples is absent.
public struct ShardPlan: Equatable, Sendable {
    /// The number S of logical shards.
    public let shardCount: Int

    /// The number R of ranks, at most as many as shards.
    public let rankCount: Int

    /// A plan for `shardCount` shards on `rankCount` ranks.
    public init(shardCount: Int, rankCount: Int) {
        guard shardCount >= 1, (1...shardCount).contains(rankCount) else {
            fatalError("\(shardCount) logical shards cannot be spread over \(rankCount) ranks.")
        }
        self.shardCount = shardCount
        self.rankCount = rankCount
    }

    /// The shards that `rank` computes.
    public func shards(ofRank rank: Int) -> Range<Int> {
        (0..<shardCount).slice(rank, of: rankCount)
    }

    /// The places of `shard` in a step of `sampleCount` samples.
    public func samples(ofShard shard: Int, of sampleCount: Int) -> Range<Int> {
        (0..<sampleCount).slice(shard, of: shardCount)
    }

    /// Whether `shard` has any sample of a step of `sampleCount`.
    func isPresent(_ shard: Int, of sampleCount: Int) -> Bool {
        !samples(ofShard: shard, of: sampleCount).isEmpty
    }
}
