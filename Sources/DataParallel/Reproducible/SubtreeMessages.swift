import Communication
import NeuralNetwork
import TensorCore

/// The messages that bring the ranks' subtrees together: an all-to-all, after which each rank adds up its part of the elements, and an
/// all-gather of these parts.
final class SubtreeMessages {
    private let communicator: any Communicator
    private let parts: ElementParts
    private let adder: TreeAdder
    private let send, receive, sum: FlatStorage
    private let rank: Int

    /// Messages for rows of the elements in `parts`, of which this rank brings at most as many subtrees as in `largest`.
    init(
        _ parts: ElementParts, _ tree: ReductionTree, largest: ShardExchange, over communicator: any Communicator,
        team: ThreadTeam
    ) {
        (self.communicator, self.parts, rank) = (communicator, parts, communicator.rank)
        adder = TreeAdder(for: tree, team: team)
        let sizes = Sizes(parts, subtreeCounts: largest.subtreeCounts, rank: rank)
        send = FlatStorage(count: sizes.send)
        receive = FlatStorage(count: sizes.receive)
        sum = FlatStorage(count: sizes.sum)
    }

    /// The elements of the messages' storages on one rank; none where it is alone.
    struct Sizes {
        private(set) var (send, receive, sum) = (0, 0, 0)

        init(_ parts: ElementParts, subtreeCounts: [Int], rank: Int) {
            guard parts.counts.count > 1 else { return }
            send = subtreeCounts[rank] * parts.total
            receive = (subtreeCounts.reduce(0, +) - subtreeCounts[rank]) * parts.counts[rank]
            sum = parts.counts[rank]
        }

        var total: Int { send + receive + sum }
    }

    var largestMessage: Int { max(send.count, receive.count) }

    /// The sum of all ranks' `rows`, of which there is one for each own shard. Collective: all ranks must reach this.
    func reduce(_ rows: [GradientTarget], _ exchange: ShardExchange, into result: FlatStorage) throws {
        guard communicator.size > 1 else {
            guard let whole = exchange.own.first else { return result.elements.update(repeating: 0) }
            return try add(whole, of: rows, parts[0], into: result.base)
        }
        try fillMessages(rows, exchange)
        let (sent, received) = (exchange.sendCounts.reduce(0, +), exchange.receiveCounts.reduce(0, +))
        try communicator.allToAll(
            UnsafeBufferPointer(send[0..<sent]), counts: exchange.sendCounts, into: receive[0..<received],
            counts: exchange.receiveCounts)
        try addParts(exchange, ownFrom: sent)
        try communicator.allGather(UnsafeBufferPointer(sum.elements), into: result.elements, counts: parts.counts)
    }

    /// For each other rank its part of the own subtrees, in the order of ranks, and the own part behind them.
    private func fillMessages(_ rows: [GradientTarget], _ exchange: ShardExchange) throws {
        var place = send.base
        func fill(_ part: Range<Int>) throws {
            for subtree in exchange.own {
                try add(subtree, of: rows, part, into: place)
                place += part.count
            }
        }
        for other in 0..<communicator.size where other != rank { try fill(parts[other]) }
        try fill(parts[rank])
    }

    private func add(
        _ subtree: ShardExchange.Subtree, of rows: [GradientTarget], _ part: Range<Int>,
        into result: UnsafeMutablePointer<Float>
    ) throws {
        for (operand, row) in subtree.rows.enumerated() {
            adder.operands[operand] = UnsafePointer(rows[row].gradients.base + part.lowerBound)
        }
        try adder.run(subtree.sum, count: part.count, into: result)
    }

    private func addParts(_ exchange: ShardExchange, ownFrom ownStart: Int) throws {
        let count = parts[rank].count
        var (operand, received, own) = (0, receive.base, send.base + ownStart)
        for (other, subtrees) in exchange.subtreeCounts.enumerated() {
            for _ in 0..<subtrees {
                adder.operands[operand] = UnsafePointer(other == rank ? own : received)
                if other == rank { own += count } else { received += count }
                operand += 1
            }
        }
        try adder.run(exchange.total, count: count, into: sum.base)
    }
}
