import Communication
import NeuralNetwork
import TensorCore

/// The sum of the logical shards' gradients in one fixed tree, whoever computed them: every rank adds its shards up to complete
/// subtrees, an all-to-all brings each rank its part of all subtrees, which it adds up to the root, and an all-gather brings the parts
/// together. What else ranks have to say is gathered as a row. Whole subtrees travel, and those are complete when the last shard is.
final class ShardReduction: GradientReduction {
    let targets: [GradientTarget]
    let averaged: FlatStorage
    let control: ControlBlock
    let statistics: BatchStatistics

    private let communicator: any Communicator
    private let plan: ShardPlan
    private let row: ShardRow
    private let parts: ElementParts
    private let whole: ShardExchange
    private var exchanges: PresenceCache<ShardExchange>
    private let subtrees: SubtreeMessages
    private var sampleCount = 0

    init(_ model: Model, _ plan: ShardPlan, over communicator: any Communicator, team: ThreadTeam) {
        (self.communicator, self.plan) = (communicator, plan)
        let own = plan.shards(ofRank: communicator.rank)
        row = ShardRow(model, plan, over: communicator)
        targets = own.indices.map { [row] in
            GradientTarget(
                gradients: FlatStorage(count: model.storageCount), statistics: row.ownStatistics,
                piece: $0 - own.lowerBound)
        }
        averaged = FlatStorage(count: model.storageCount)
        control = row.control
        statistics = row.statistics
        let parts = ElementParts(model.storageCount, partCount: communicator.size)
        self.parts = parts
        exchanges = PresenceCache(plan)
        // Where shards are absent there are never more subtrees.
        whole = exchanges.value(for: plan.shardCount) {
            ShardExchange(plan, rank: communicator.rank, sampleCount: $0, parts: parts)
        }
        subtrees = SubtreeMessages(
            parts, ReductionTree(shardCount: plan.shardCount), largest: whole, over: communicator, team: team)
    }

    var loss: Double { row.loss }

    var bytesPerStep: Int {
        guard communicator.size > 1 else { return 0 }
        let gathered = parts.counts[communicator.rank]
        return (whole.sendCounts.reduce(0, +) + gathered) * MemoryLayout<Float>.stride + row.byteCount
    }

    var largestMessage: Int { max(row.largestMessage, subtrees.largestMessage, averaged.count) }

    func reduce(_ own: StepControl, losses: UnsafeBufferPointer<Double>, sampleCount: Int) throws {
        row.require(losses, sampleCount: sampleCount)
        self.sampleCount = sampleCount
        let exchange = exchanges.value(for: sampleCount) {
            ShardExchange(plan, rank: communicator.rank, sampleCount: $0, parts: parts)
        }
        try subtrees.reduce(targets, exchange, into: averaged)
        try row.gather(own, losses: losses)
    }

    func filledTargets() -> [Int] {
        let own = plan.shards(ofRank: communicator.rank)
        return own.filter { plan.isPresent($0, of: sampleCount) }.map { $0 - own.lowerBound }
    }
}
