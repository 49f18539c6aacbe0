import Communication
import NeuralNetwork
import TensorCore
import Testing

@testable import DataParallel

@Suite struct ShardReductionTests {
    private struct Outcome: Equatable {
        var averaged: [Float]
        var loss: Double
        var losses: [Float]
    }

    /// Rows whose sums depend on the order, after which each rank holds the same.
    private static func reduce(
        ranks: Int, shards: Int = 8, sampleCounts: [Int], threads: Int = 1
    ) throws -> [Outcome] {
        try ThreadCommunicator.run(size: ranks) { communicator in
            let (model, rank) = (try LittleModel.make(), communicator.rank)
            let plan = ShardPlan(shardCount: shards, rankCount: ranks)
            let averager = GradientAverager(
                model: model, communicator: communicator, mode: .reproducible(plan), team: ThreadTeam(count: threads))
            let own = plan.shards(ofRank: rank)
            for sampleCount in sampleCounts {
                var losses = [Double](repeating: 0, count: own.count)
                for (index, shard) in own.enumerated()
                where !plan.samples(ofShard: shard, of: sampleCount).isEmpty {
                    let random = CounterRandom(seed: UInt64(sampleCount), purpose: "shard \(shard)")
                    for element in 0..<model.storageCount {
                        averager.targets[index].gradients.base[element] = Float(random.uniform(UInt64(element)) - 0.5)
                    }
                    losses[index] = random.uniform(1 << 40)
                }
                var control = StepControl()
                control.loss = Float(rank)
                try averager.waitForAll()
                try losses.withUnsafeBufferPointer {
                    _ = try averager.average(control, losses: $0, sampleCount: sampleCount)
                }
                #expect((0..<ranks).map { averager.gatheredControl[$0].loss } == (0..<ranks).map(Float.init))
            }
            return Outcome(averaged: averager.averaged.array, loss: averager.loss, losses: [])
        }
    }

    @Test(arguments: [[64], [64, 5], [3], [1, 64]])
    func average_anyNumberOfRanks_isTheSameToTheBit(sampleCounts: [Int]) throws {
        let one = try #require(try Self.reduce(ranks: 1, sampleCounts: sampleCounts).first)
        #expect(one.averaged.contains { $0 != 0 } && one.loss > 0)
        for ranks in 2...8 {
            let found = try Self.reduce(ranks: ranks, sampleCounts: sampleCounts)
            #expect(found.allSatisfy { $0 == one }, "\(ranks) ranks")
        }
    }

    @Test func average_shardsThatAreNoPowerOfTwo_isTheSameToTheBit() throws {
        let one = try #require(try Self.reduce(ranks: 1, shards: 11, sampleCounts: [50]).first)
        for ranks in [2, 4, 7, 11] {
            #expect(try Self.reduce(ranks: ranks, shards: 11, sampleCounts: [50]).allSatisfy { $0 == one })
        }
    }
}
