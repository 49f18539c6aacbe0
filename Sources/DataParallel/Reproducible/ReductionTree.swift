/// The fixed binary tree along which the shards of a step are added: node `(level, index)` is the sum of the shards
/// `[index·2^level, (index + 1)·2^level)`, of which those beyond the last shard and those without samples are absent. A node with
/// one present child is that child.
struct ReductionTree {
    let shardCount: Int

    struct Node: Hashable {
        let level: Int
        let index: Int

        var left: Node { Node(level: level - 1, index: 2 * index) }
        var right: Node { Node(level: level - 1, index: 2 * index + 1) }
    }

    /// The sum of all.
    var root: Node {
        var level = 0
        while 1 << level < shardCount { level += 1 }
        return Node(level: level, index: 0)
    }

    /// The shards below `node`.
    func shards(of node: Node) -> Range<Int> {
        let (start, end) = (node.index << node.level, (node.index + 1) << node.level)
        return min(start, shardCount)..<min(end, shardCount)
    }

    /// The largest nodes whose shards all lie in `range`, from left to right, without those that have no present shard.
    func completeSubtrees(in range: Range<Int>, isPresent: (Int) -> Bool) -> [Node] {
        func collect(_ node: Node) -> [Node] {
            let shards = shards(of: node)
            guard shards.overlaps(range), shards.contains(where: isPresent) else { return [] }
            if range.lowerBound <= shards.lowerBound && shards.upperBound <= range.upperBound { return [node] }
            return collect(node.left) + collect(node.right)
        }
        return collect(root)
    }
}
