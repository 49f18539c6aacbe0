import Datasets
import TensorCore
import Testing

@Suite struct PlanTests {
    @Test(arguments: [0, 1, 2, 5, 7, 8, 63, 64, 100, 257])
    func slice_anyNumberOfParts_isDisjointCompleteInOrderAndEven(count: Int) {
        for parts in [1, 2, 3, 4, 7, 8, 16, 300] {
            let whole = 1000..<1000 + count
            let slices = (0..<parts).map { whole.slice($0, of: parts) }
            #expect(slices.flatMap(Array.init) == Array(whole), "\(count) in \(parts)")
            #expect(slices.allSatisfy { $0.count == count / parts || $0.count == (count + parts - 1) / parts })
        }
    }

    @Test func slice_sevenAmongThree_isTheFormula() {
        #expect((0..<3).map { (0..<7).slice($0, of: 3) } == [0..<2, 2..<4, 4..<7])
        #expect((0..<4).map { (0..<2).slice($0, of: 4) } == [0..<0, 0..<1, 1..<1, 1..<2])
    }

    @Test(arguments: [0, 1, 9, 10, 11, 99, 100, 1000], [1, 3, 10, 64, 2000])
    func steps_ofAnEpoch_coverEachPlaceOnceInOrder(sampleCount: Int, globalBatchSize: Int) {
        let plan = EpochPlan(sampleCount: sampleCount, globalBatchSize: globalBatchSize)
        let steps = (0..<plan.stepsPerEpoch).map(plan.samples(ofStep:))
        #expect(steps.flatMap(Array.init) == Array(0..<sampleCount))
        #expect(steps.dropLast().allSatisfy { $0.count == globalBatchSize })
        let dropping = EpochPlan(sampleCount: sampleCount, globalBatchSize: globalBatchSize, dropLast: true)
        #expect(dropping.stepsPerEpoch == sampleCount / globalBatchSize)
        let full = (0..<dropping.stepsPerEpoch).map(dropping.samples(ofStep:))
        #expect(full == Array(steps.filter { $0.count == globalBatchSize }))
    }

    /// Reproducible mode: shards among ranks, samples among shards; whatever the ranks, shard s holds the same samples.
    @Test(arguments: [1, 2, 3, 4, 5, 8, 11], [1, 7, 8, 240, 256])
    func shards_amongRanks_areDisjointCompleteAndInOrder(ranks: Int, samples: Int) {
        for shards in [1, 2, 8, 12] {
            let held = (0..<ranks).map { (0..<shards).slice($0, of: ranks) }
            #expect(held.flatMap(Array.init) == Array(0..<shards))
            let used = held.flatMap { $0.flatMap { Array((0..<samples).slice($0, of: shards)) } }
            #expect(used == Array(0..<samples), "\(samples) samples, \(shards) shards, \(ranks) ranks")
        }
    }

    @Test(arguments: [0, 1, 255, 256, 257, 10_000], [1, 2, 3, 4, 50])
    func blocks_amongRanks_coverEachSampleOnceInWholeBlocks(sampleCount: Int, ranks: Int) {
        let plan = EvaluationPlan(sampleCount: sampleCount)
        let blocks = (0..<ranks).flatMap { Array(plan.blocks(ofRank: $0, of: ranks)) }
        #expect(blocks == Array(0..<plan.blockCount))
        #expect(blocks.flatMap { Array(plan.samples(ofBlock: $0)) } == Array(0..<sampleCount))
        #expect(blocks.dropLast().allSatisfy { plan.samples(ofBlock: $0).count == 256 })
    }
}
