/// One rank's call of a collective operation: all that the ranks must agree on.
enum CollectiveCall: Equatable, Sendable, CustomStringConvertible {
    case barrier
    case broadcast(ElementType, count: Int, root: Int)
    case allReduce(ElementType, count: Int, Reduction)
    case allGather(ElementType, counts: [Int])
    case allToAll(ElementType, sendCounts: [Int], receiveCounts: [Int])

    /// Whether this call of rank `mine` and the call `other` of rank `theirs` are halves of the same operation.
    func agrees(mine: Int, with other: CollectiveCall, of theirs: Int) -> Bool {
        if case .allToAll(let type, let send, let receive) = self,
            case .allToAll(let otherType, let otherSend, let otherReceive) = other
        {
            return type == otherType && send[theirs] == otherReceive[mine] && receive[theirs] == otherSend[mine]
        }
        return self == other
    }

    var operation: Request.Operation {
        switch self {
        case .barrier: .barrier
        case .broadcast: .broadcast
        case .allReduce: .allReduce
        case .allGather: .allGather
        case .allToAll: .allToAll
        }
    }

    var description: String {
        switch self {
        case .barrier: "barrier"
        case .broadcast(let type, let count, let root): "broadcast(\(type.swiftName) × \(count), root \(root))"
        case .allReduce(let type, let count, let reduction): "allReduce(\(type.swiftName) × \(count), \(reduction))"
        case .allGather(let type, let counts): "allGather(\(type.swiftName) × \(counts))"
        case .allToAll(let type, let send, let receive):
            "allToAll(\(type.swiftName), sending \(send), receiving \(receive))"
        }
    }
}

extension ElementType {
    fileprivate var swiftName: String {
        switch self {
        case .float32: "Float"
        case .float64: "Double"
        case .int32: "Int32"
        case .int64: "Int64"
        case .uint8: "UInt8"
        }
    }
}
