import TensorCore

/// Who brings what to the reduction of a step, for one set of present shards: the largest complete subtrees of each rank's shards.
struct ShardExchange {
    /// A subtree of this rank: how it is added up, and from which of the rank's rows.
    struct Subtree {
        let sum: TreeSum
        let rows: [Int]
    }

    /// The subtrees of this rank, in order.
    let own: [Subtree]

    /// The number of subtrees of each rank.
    let subtreeCounts: [Int]

    /// The sum of all ranks' subtrees, in the order of ranks.
    let total: TreeSum

    /// Elements to and from each rank in the all-to-all. What stays on a rank is no message.
    let sendCounts: [Int]
    let receiveCounts: [Int]

    /// The exchange of `rank` for steps of `sampleCount` samples, with the elements in `parts`.
    init(_ plan: ShardPlan, rank: Int, sampleCount: Int, parts: ElementParts) {
        let tree = ReductionTree(shardCount: plan.shardCount)
        let isPresent = { plan.isPresent($0, of: sampleCount) }
        let subtrees = (0..<plan.rankCount).map {
            tree.completeSubtrees(in: plan.shards(ofRank: $0), isPresent: isPresent)
        }
        let first = plan.shards(ofRank: rank).lowerBound
        own = subtrees[rank].map { node in
            let shards = tree.shards(of: node).filter(isPresent)
            let leaves = shards.map { ReductionTree.Node(level: 0, index: $0) }
            return Subtree(sum: TreeSum(of: node, from: leaves, in: tree), rows: shards.map { $0 - first })
        }
        let counts = subtrees.map(\.count)
        subtreeCounts = counts
        total = TreeSum(of: tree.root, from: subtrees.flatMap(\.self), in: tree)
        sendCounts = (0..<plan.rankCount).map { $0 == rank ? 0 : counts[rank] * parts.counts[$0] }
        receiveCounts = (0..<plan.rankCount).map { $0 == rank ? 0 : counts[$0] * parts.counts[rank] }
    }
}
