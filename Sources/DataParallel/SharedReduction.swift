import Communication
import NeuralNetwork
import TensorCore

/// The sum of the ranks' rows of gradients where all ranks see all rows: each adds up its part of the elements, of all rows in one fixed
/// tree, and reads the others' parts where they were written. Only what else ranks have to say is a message.
///
/// A rank must not come here before all ranks have filled their rows: ``GradientAverager`` waits for them.
final class SharedReduction: GradientReduction {
    let targets: [GradientTarget]
    var averaged: FlatStorage { shared.sum }
    var control: ControlBlock { row.control }
    var statistics: BatchStatistics { row.statistics }
    var loss: Double { row.loss }

    private let communicator: any Communicator
    private let plan: ShardPlan
    private let isReproducible: Bool
    private let shared: SharedRows
    private let row: ShardRow
    private let part: Range<Int>
    private let adder: TreeAdder
    private var sums: PresenceCache<PresentRows>
    private var present: PresentRows

    /// The rows of the shards that are present in a step, and how they are added.
    private struct PresentRows {
        let shards: [Int]
        let sum: TreeSum

        init(_ plan: ShardPlan, sampleCount: Int) {
            let tree = ReductionTree(shardCount: plan.shardCount)
            shards = (0..<plan.shardCount).filter { plan.isPresent($0, of: sampleCount) }
            let leaves = shards.map { ReductionTree.Node(level: 0, index: $0) }
            sum = TreeSum(of: tree.root, from: leaves, in: tree)
        }
    }

    init(
        _ model: Model, _ mode: GradientAverager.Mode, in shared: SharedRows, over communicator: any Communicator,
        team: ThreadTeam
    ) {
        let plan = mode.rowPlan(rankCount: communicator.size)
        (self.communicator, self.plan, self.shared) = (communicator, plan, shared)
        if case .reproducible = mode { isReproducible = true } else { isReproducible = false }
        row = ShardRow(model, plan, over: communicator)
        let own = plan.shards(ofRank: communicator.rank)
        targets = own.map { [row] in
            GradientTarget(
                gradients: shared.rows[$0], statistics: row.ownStatistics, piece: $0 - own.lowerBound)
        }
        part = ElementParts(model.storageCount, partCount: communicator.size)[communicator.rank]
        adder = TreeAdder(for: ReductionTree(shardCount: plan.shardCount), team: team)
        sums = PresenceCache(plan)
        present = sums.value(for: plan.shardCount) { PresentRows(plan, sampleCount: $0) }
    }

    /// Nothing but the control row is sent.
    var bytesPerStep: Int { row.byteCount }

    var largestMessage: Int { row.largestMessage }

    func reduce(_ own: StepControl, losses: UnsafeBufferPointer<Double>, sampleCount: Int) throws {
        if isReproducible { row.require(losses, sampleCount: sampleCount) }
        // In fast mode all rows are: a rank without samples clears the one that it has.
        present = sums.value(for: isReproducible ? sampleCount : plan.shardCount) { PresentRows(plan, sampleCount: $0) }
        shared.order()
        for (operand, shard) in present.shards.enumerated() {
            adder.operands[operand] = UnsafePointer(shared.rows[shard].base + part.lowerBound)
        }
        try adder.run(present.sum, count: part.count, into: averaged.base + part.lowerBound)
        shared.order()
        // Behind this all parts are there, and nobody reads the rows any more. Collective: all ranks must reach this.
        try gather(own, losses: losses)
        shared.order()
    }

    func scale(by factor: Float) throws {
        // Nobody may still be reading what the factor follows from. Collective: all ranks must reach these.
        try communicator.barrier()
        shared.order()
        if factor != 1 { Kernels.scale(averaged[part], by: factor) }
        shared.order()
        try communicator.barrier()
        shared.order()
    }

    func filledTargets() -> [Int] {
        let own = plan.shards(ofRank: communicator.rank)
        return present.shards.filter(own.contains).map { $0 - own.lowerBound }
    }

    private func gather(_ own: StepControl, losses: UnsafeBufferPointer<Double>) throws {
        if isReproducible { return try row.gather(own, losses: losses) }
        try withUnsafePointer(to: Double(own.loss)) {
            try row.gather(own, losses: UnsafeBufferPointer(start: $0, count: 1))
        }
    }
}
