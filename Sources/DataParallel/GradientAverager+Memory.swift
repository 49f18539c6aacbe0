public import NeuralNetwork

extension GradientAverager.Mode {
    /// The float32 that an averager of this mode holds on the rank of `rankCount` that needs most for `model`, besides the rows that the
    /// rank fills: the sum and what is sent and received, or its part of a sum that ranks share. Control numbers and statistics, which
    /// are few, are not counted.
    public func mostElementsBesidesRows(_ model: Model, rankCount: Int, sharing: Bool = false) -> Int {
        if sharing { return ElementParts(model.storageCount, partCount: rankCount).counts.max() ?? 0 }
        return (0..<rankCount).map { elementsBesidesRows(model, rank: $0, rankCount: rankCount) }.max() ?? 0
    }

    func elementsBesidesRows(_ model: Model, rank: Int, rankCount: Int) -> Int {
        let parts = ElementParts(model.storageCount, partCount: rankCount)
        let sum = model.storageCount
        switch self {
        case .fast: return rankCount == 1 ? 0 : sum
        case .narrow: return rankCount == 1 ? 0 : sum + NarrowReduction.Sizes(parts, rank: rank).total
        case .reproducible(let plan):
            let whole = ShardExchange(plan, rank: rank, sampleCount: plan.shardCount, parts: parts)
            return sum + SubtreeMessages.Sizes(parts, subtreeCounts: whole.subtreeCounts, rank: rank).total
        }
    }
}
