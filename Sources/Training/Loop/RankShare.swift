import DataParallel
import TensorCore

/// The part of a step that one rank computes, cut into units. A unit is computed by one thread, or by all threads together; it is what
/// batch normalisation takes its statistics over.
enum RankShare {
    /// The rank's slice of the step, in `units` parts.
    case slice(rank: Int, rankCount: Int, units: Int)

    /// The rank's logical shards.
    case shards(ShardPlan, rank: Int)

    /// The number of units; some may be empty.
    var unitCount: Int {
        switch self {
        case .slice(_, _, let units): units
        case .shards(let plan, let rank): plan.shards(ofRank: rank).count
        }
    }

    /// The number of units of the rank that has most.
    var mostUnits: Int {
        switch self {
        case .slice(_, _, let units): units
        case .shards(let plan, _): plan.shardCount.dividedUp(by: plan.rankCount)
        }
    }

    /// The places of a unit in a step of `sampleCount` samples.
    func unit(_ index: Int, of sampleCount: Int) -> Range<Int> {
        switch self {
        case .slice(let rank, let rankCount, let units):
            (0..<sampleCount).slice(rank, of: rankCount).slice(index, of: units)
        case .shards(let plan, let rank):
            plan.samples(ofShard: plan.shards(ofRank: rank).lowerBound + index, of: sampleCount)
        }
    }

    /// The places of all units together.
    func places(of sampleCount: Int) -> Range<Int> {
        unit(0, of: sampleCount).lowerBound..<unit(unitCount - 1, of: sampleCount).upperBound
    }

    /// The most samples of a unit, in steps of at most `sampleCount`.
    func largestUnit(of sampleCount: Int) -> Int {
        switch self {
        case .slice(_, let rankCount, let units): (sampleCount.dividedUp(by: rankCount)).dividedUp(by: units)
        case .shards(let plan, _): sampleCount.dividedUp(by: plan.shardCount)
        }
    }
}

extension Int {
    /// The quotient, rounded up.
    func dividedUp(by divisor: Int) -> Int {
        self / divisor + (isMultiple(of: divisor) ? 0 : 1)
    }
}
