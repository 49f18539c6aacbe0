/// A collective operation under way. A plain number in its communicator's table, so that starting one allocates nothing.
public struct Request: Sendable, Equatable {
    /// The operation's name, for reports.
    public let operation: Operation

    /// The communicator's own index of the operation.
    public let slot: Int

    /// A request that `Communicator.isComplete` understands as its own.
    public init(_ operation: Operation, slot: Int) {
        self.operation = operation
        self.slot = slot
    }

    /// The collective operations, as reports name them.
    public enum Operation: String, Sendable {
        case barrier, broadcast, allReduce, allGather, allToAll

        /// Whether no rank can leave it before all have entered: a broadcast is over for its root as soon as it has sent.
        var showsThatAllEntered: Bool { self != .broadcast }

        private static let all = [barrier, broadcast, allReduce, allGather, allToAll]

        /// For the wire.
        var number: Int { Self.all.firstIndex(of: self) ?? 0 }

        init?(number: Int) {
            guard Self.all.indices.contains(number) else { return nil }
            self = Self.all[number]
        }
    }
}
