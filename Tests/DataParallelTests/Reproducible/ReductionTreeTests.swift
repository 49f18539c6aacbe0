import TensorCore
import Testing

@testable import DataParallel

@Suite struct ReductionTreeTests {
    /// Rows whose sum depends on the order of additions.
    private static func row(_ shard: Int, count: Int) -> [Float] {
        let random = CounterRandom(seed: 3, purpose: "row \(shard)")
        return (0..<count).map { Float(random.uniform(UInt64($0)) * 2 - 1) }
    }

    /// The tree as its definition reads: halves of the smallest power of two that holds all shards, without what is absent.
    private static func reference(_ shards: Range<Int>, _ rows: [Int: [Float]]) -> [Float]? {
        if shards.count == 1 { return rows[shards.lowerBound] }
        let middle = shards.lowerBound + shards.count / 2
        let left = reference(shards.lowerBound..<middle, rows)
        let right = reference(middle..<shards.upperBound, rows)
        guard let left, let right else { return left ?? right }
        return zip(left, right).map { $0 + $1 }
    }

    private static func sum(_ sum: TreeSum, _ operands: [[Float]], count: Int) -> [Float] {
        let storages = operands.map { elements in
            let storage = FlatStorage(count: count)
            _ = storage.elements.update(fromContentsOf: elements)
            return storage
        }
        let (scratch, result) = (FlatStorage(count: 32 * TreeSum.blockLength), FlatStorage(count: count))
        // A sum of nothing reads no operand.
        let pointers = storages.map { UnsafePointer($0.base) } + [UnsafePointer(result.base)]
        pointers.withUnsafeBufferPointer {
            sum.run($0.baseAddress!, count: count, scratch: scratch.base, into: result.base)
        }
        return withExtendedLifetime(storages) { result.array }
    }

    /// Every number of ranks, of shards, of present shards, and more elements than go through the additions at once.
    @Test(arguments: [1, 2, 3, 5, 8, 11, 16])
    func exchange_anyNumberOfRanks_addsTheSameBits(shardCount: Int) throws {
        let count = TreeSum.blockLength + 32
        for sampleCount in Set([1, 2, shardCount / 2 + 1, shardCount - 1, shardCount, 3 * shardCount + 1]).sorted()
        where sampleCount > 0 {
            var expected: [Float]?
            for rankCount in 1...shardCount {
                let plan = ShardPlan(shardCount: shardCount, rankCount: rankCount)
                let found = try #require(total(plan, sampleCount, count: count))
                expected = expected ?? found
                #expect(found == expected, "\(rankCount) ranks, \(shardCount) shards, \(sampleCount) samples")
            }
            let present = (0..<shardCount).filter { !(0..<sampleCount).slice($0, of: shardCount).isEmpty }
            let rows = Dictionary(uniqueKeysWithValues: present.map { ($0, Self.row($0, count: count)) })
            var width = 1
            while width < shardCount { width *= 2 }
            #expect(expected == Self.reference(0..<width, rows), "\(shardCount) shards, \(sampleCount) samples")
        }
    }

    /// What rank 0 ends with if each rank adds up its own shards and all send what they have.
    private func total(_ plan: ShardPlan, _ sampleCount: Int, count: Int) -> [Float]? {
        let parts = ElementParts(count, partCount: plan.rankCount)
        let exchanges = (0..<plan.rankCount).map {
            ShardExchange(plan, rank: $0, sampleCount: sampleCount, parts: parts)
        }
        var subtrees: [[Float]] = []
        for (rank, exchange) in exchanges.enumerated() {
            let first = plan.shards(ofRank: rank).lowerBound
            for own in exchange.own {
                subtrees.append(Self.sum(own.sum, own.rows.map { Self.row(first + $0, count: count) }, count: count))
            }
        }
        return Self.sum(exchanges[0].total, subtrees, count: count)
    }

    @Test func subtrees_ofAPowerOfTwo_areOneForEachRank() {
        let tree = ReductionTree(shardCount: 8)
        #expect(tree.completeSubtrees(in: 0..<8) { _ in true } == [.init(level: 3, index: 0)])
        #expect(tree.completeSubtrees(in: 4..<8) { _ in true } == [.init(level: 2, index: 1)])
        #expect(
            tree.completeSubtrees(in: 2..<5) { _ in true } == [.init(level: 1, index: 1), .init(level: 0, index: 4)])
        #expect(tree.completeSubtrees(in: 2..<5) { $0 == 4 } == [.init(level: 0, index: 4)])
    }

    /// Three shards lie in a tree of four: the last is a subtree of its own at every level.
    @Test func subtrees_ofAnIncompleteTree_reachToItsEnd() {
        let tree = ReductionTree(shardCount: 3)
        #expect(tree.completeSubtrees(in: 2..<3) { _ in true } == [.init(level: 1, index: 1)])
        #expect(tree.completeSubtrees(in: 0..<3) { _ in true } == [tree.root])
    }

    /// As many as may be configured: were the work of the square of their number, this would take minutes.
    @Test func exchange_ofManyShards_isMadeInNoTime() {
        let plan = ShardPlan(shardCount: 65536, rankCount: 2)
        let parts = ElementParts(64, partCount: 2)
        let exchange = ShardExchange(plan, rank: 1, sampleCount: 40_000, parts: parts)
        #expect(exchange.subtreeCounts == [1, 1] && exchange.own[0].sum.operandCount == 20_000)
    }

    /// The room that an adder gives a thread: a block for each level.
    @Test(arguments: [1, 2, 3, 8, 11, 64, 100])
    func sum_ofAnyShards_needsNoMoreScratchThanTheTreeHasLevels(shardCount: Int) {
        let tree = ReductionTree(shardCount: shardCount)
        for sampleCount in [1, shardCount / 2 + 1, shardCount] {
            let plan = ShardPlan(shardCount: shardCount, rankCount: 1)
            let shards = (0..<shardCount).filter { plan.isPresent($0, of: sampleCount) }
            let sum = TreeSum(of: tree.root, from: shards.map { .init(level: 0, index: $0) }, in: tree)
            let guarded = FlatStorage(count: (tree.root.level + 1) * TreeSum.blockLength)
            guarded.elements.update(repeating: 7)
            let row = FlatStorage(count: TreeSum.blockLength)
            let rows = Array(repeating: UnsafePointer(row.base), count: shards.count)
            sum.run(rows, count: TreeSum.blockLength, scratch: guarded.base, into: row.base)
            #expect(guarded.elements.suffix(TreeSum.blockLength).allSatisfy { $0 == 7 })
        }
    }
}
