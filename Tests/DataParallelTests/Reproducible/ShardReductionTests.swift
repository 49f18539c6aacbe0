import Communication
import NeuralNetwork
import TensorCore
import Testing

@testable import DataParallel

@Suite struct ShardReductionTests {
    private struct Outcome: Equatable {
        var averaged: [Float]
        var loss: Double
    }

    /// Rows whose sums depend on the order, after which each rank holds the same.
    private static func reduce(
        ranks: Int, shards: Int = 8, sampleCounts: [Int], threads: Int = 1, sharing: Bool = false,
        model: @escaping @Sendable () throws -> Model = LittleModel.make
    ) throws -> [Outcome] {
        try ThreadCommunicator.run(size: ranks) { communicator in
            let (model, rank) = (try model(), communicator.rank)
            let plan = ShardPlan(shardCount: shards, rankCount: ranks)
            let averager = try GradientAverager(
                model, over: communicator, .reproducible(plan), sharing: sharing, team: ThreadTeam(count: threads))
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
            return Outcome(averaged: averager.averaged.array, loss: averager.loss)
        }
    }

    @Test(arguments: [[64], [64, 5], [3], [1, 64]])
    func average_anyNumberOfRanks_isTheSameToTheBit(sampleCounts: [Int]) throws {
        let one = try #require(try Self.reduce(ranks: 1, sampleCounts: sampleCounts).first)
        #expect(one.averaged.contains { $0 != 0 } && one.loss > 0)
        for (ranks, sharing) in (2...8).flatMap({ [($0, false), ($0, true)] }) {
            let found = try Self.reduce(ranks: ranks, sampleCounts: sampleCounts, sharing: sharing)
            #expect(found.allSatisfy { $0 == one }, "\(ranks) ranks")
        }
    }

    @Test func average_shardsThatAreNoPowerOfTwo_isTheSameToTheBit() throws {
        let one = try #require(try Self.reduce(ranks: 1, shards: 11, sampleCounts: [50]).first)
        for ranks in [2, 4, 7, 11] {
            for sharing in [false, true] {
                let found = try Self.reduce(ranks: ranks, shards: 11, sampleCounts: [50], sharing: sharing)
                #expect(found.allSatisfy { $0 == one })
            }
        }
    }

    /// Parts of more elements than one thread adds alone, and a last part of each thread that is no whole block.
    @Test(arguments: [1, 2], [2, 3])
    func average_largeModelOnSeveralThreads_isTheSameToTheBit(ranks: Int, threads: Int) throws {
        let large: @Sendable () throws -> Model = { try Model(inputShape: [300], layers: [.linear(251)]) }
        #expect(try large().storageCount / 2 > TreeAdder.fewestForThreads)
        let one = try #require(try Self.reduce(ranks: 1, sampleCounts: [64, 5], model: large).first)
        for sharing in [false, true] {
            let found = try Self.reduce(
                ranks: ranks, sampleCounts: [64, 5], threads: threads, sharing: sharing, model: large)
            #expect(found.allSatisfy { $0 == one } && one.averaged.contains { $0 != 0 })
        }
    }

    /// What the other modes do not need must not be forgotten in this one.
    @Test func average_withoutLossesOrSamples_stops() async {
        await #expect(processExitsWith: .failure) { try Self.averageAlone(losses: [], sampleCount: 8) }
        await #expect(processExitsWith: .failure) { try Self.averageAlone(losses: [0, 0], sampleCount: 0) }
        await #expect(processExitsWith: .success) { try Self.averageAlone(losses: [0, 0], sampleCount: 8) }
    }

    private static func averageAlone(losses: [Double], sampleCount: Int) throws {
        let averager = GradientAverager(
            model: try LittleModel.make(), communicator: SingleProcessCommunicator(),
            mode: .reproducible(ShardPlan(shardCount: 2, rankCount: 1)))
        try losses.withUnsafeBufferPointer {
            _ = try averager.average(StepControl(), losses: $0, sampleCount: sampleCount)
        }
    }

    @Test func messages_noShardIsPresent_areZero() throws {
        let (model, communicator) = (try LittleModel.make(), SingleProcessCommunicator())
        let (plan, tree) = (ShardPlan(shardCount: 2, rankCount: 1), ReductionTree(shardCount: 2))
        let parts = ElementParts(model.storageCount, partCount: 1)
        func exchange(_ sampleCount: Int) -> ShardExchange {
            ShardExchange(plan, rank: 0, sampleCount: sampleCount, parts: parts)
        }
        let messages = SubtreeMessages(
            parts, tree, largest: exchange(2), over: communicator, team: ThreadTeam(count: 1))
        let result = FlatStorage(count: model.storageCount)
        result.elements.update(repeating: 3)
        try messages.reduce([GradientTarget(model), GradientTarget(model)], exchange(0), into: result)
        #expect(result.array.allSatisfy { $0 == 0 })
    }
}
