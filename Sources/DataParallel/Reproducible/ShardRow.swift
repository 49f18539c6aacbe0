import Communication
import NeuralNetwork
import TensorCore

/// What a rank says of a step besides gradients: its ``StepControl``, and of each of its shards loss and batch statistics.
final class ShardRow {
    let control: ControlBlock
    let ownStatistics: BatchStatistics
    /// The rows of all shards.
    let statistics: BatchStatistics
    /// The shards' losses, added in their order.
    private(set) var loss = 0.0

    private let communicator: any Communicator
    private let plan: ShardPlan
    private let statisticsCount: Int
    private let ownStatisticsStorage: FlatStorage
    private let statisticsStorage: FlatStorage
    private let controlStorage: FlatStorage
    private let send: FlatStorage
    private let receive: FlatStorage
    private let counts: [Int]

    init(_ model: Model, _ plan: ShardPlan, over communicator: any Communicator) {
        (self.communicator, self.plan, statisticsCount) = (communicator, plan, model.statisticsCount)
        let own = plan.shards(ofRank: communicator.rank).count
        ownStatisticsStorage = FlatStorage(count: own * model.statisticsCount)
        ownStatistics = BatchStatistics(model, pieceCount: own, in: ownStatisticsStorage, from: 0)
        statisticsStorage = FlatStorage(count: plan.shardCount * model.statisticsCount)
        statistics = BatchStatistics(model, pieceCount: plan.shardCount, in: statisticsStorage, from: 0)
        controlStorage = FlatStorage(count: communicator.size * StepControl.floatCount)
        control = ControlBlock(rankCount: communicator.size, in: controlStorage, from: 0)
        counts = (0..<communicator.size).map {
            StepControl.floatCount + plan.shards(ofRank: $0).count * (Self.lossCount + model.statisticsCount)
        }
        send = FlatStorage(count: counts[communicator.rank])
        receive = FlatStorage(count: counts.reduce(0, +))
    }

    var byteCount: Int { send.count * MemoryLayout<Float>.stride }

    var largestMessage: Int { receive.count }

    /// Floats that the bits of a Double take in a message, which moves bits and does not calculate.
    private static let lossCount = MemoryLayout<Double>.stride / MemoryLayout<Float>.stride

    /// What other modes do not need must not be forgotten.
    func require(_ losses: UnsafeBufferPointer<Double>, sampleCount: Int) {
        guard sampleCount > 0, losses.count == ownStatistics.pieceCount else {
            fatalError(
                "A step of \(sampleCount) samples came with \(losses.count) losses of \(ownStatistics.pieceCount) shards."
            )
        }
    }

    /// Collective: all ranks must reach this.
    func gather(_ own: StepControl, losses: UnsafeBufferPointer<Double>) throws {
        own.write(into: send.base)
        let shards = ownStatistics.pieceCount
        UnsafeMutableRawPointer(send.base + StepControl.floatCount).copyMemory(
            from: UnsafeRawPointer(losses.baseAddress!), byteCount: shards * MemoryLayout<Double>.stride)
        (send.base + StepControl.floatCount + shards * Self.lossCount).update(
            from: ownStatisticsStorage.base, count: shards * statisticsCount)
        try communicator.allGather(UnsafeBufferPointer(send.elements), into: receive.elements, counts: counts)
        unpack()
    }

    private func unpack() {
        var (place, shard) = (receive.base, 0)
        loss = 0
        for rank in 0..<communicator.size {
            let count = plan.shards(ofRank: rank).count
            (controlStorage.base + rank * StepControl.floatCount).update(from: place, count: StepControl.floatCount)
            place += StepControl.floatCount
            for index in 0..<count {
                loss += UnsafeRawPointer(place).loadUnaligned(
                    fromByteOffset: index * MemoryLayout<Double>.stride, as: Double.self)
            }
            place += count * Self.lossCount
            (statisticsStorage.base + shard * statisticsCount).update(from: place, count: count * statisticsCount)
            place += count * statisticsCount
            shard += count
        }
    }
}
