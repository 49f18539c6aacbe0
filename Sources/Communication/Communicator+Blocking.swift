// Blocking forms. Collective: all ranks must reach each of these, in the same order.

extension Communicator {
    /// Returns when all ranks have entered.
    public func barrier() throws {
        try wait(startBarrier())
    }

    /// Blocking form of ``Communicator/startBroadcast(_:root:)``.
    public func broadcast<Element: CommunicationElement>(
        _ buffer: UnsafeMutableBufferPointer<Element>, root: Int
    ) throws {
        try wait(startBroadcast(buffer, root: root))
    }

    /// Replaces `values` by those of rank `root`; the count must be the same on all ranks.
    public func broadcast<Element: CommunicationElement>(_ values: inout [Element], root: Int) throws {
        try values.withUnsafeMutableBufferPointer { try broadcast($0, root: root) }
    }

    /// Blocking form of ``Communicator/startAllReduce(_:into:_:)``.
    public func allReduce<Element: CommunicationElement>(
        _ send: UnsafeBufferPointer<Element>, into receive: UnsafeMutableBufferPointer<Element>, _ reduction: Reduction
    ) throws {
        try wait(startAllReduce(send, into: receive, reduction))
    }

    /// The element-wise combination of the ranks' `values`.
    public func allReduce<Element: CommunicationElement>(
        _ values: [Element], _ reduction: Reduction
    ) throws -> [Element] {
        var result = values
        try values.withUnsafeBufferPointer { send in
            try result.withUnsafeMutableBufferPointer { try allReduce(send, into: $0, reduction) }
        }
        return result
    }

    /// Blocking form of ``Communicator/startAllGather(_:into:counts:)``.
    public func allGather<Element: CommunicationElement>(
        _ send: UnsafeBufferPointer<Element>, into receive: UnsafeMutableBufferPointer<Element>, counts: [Int]
    ) throws {
        try wait(startAllGather(send, into: receive, counts: counts))
    }

    /// Every rank's `values`, in rank order; the counts may differ between ranks.
    public func allGather<Element: CommunicationElement>(_ values: [Element]) throws -> [[Element]] {
        let counts = try gatherCounts(values.count)
        var joined = [Element](repeating: .zero, count: counts.reduce(0, +))
        try values.withUnsafeBufferPointer { send in
            try joined.withUnsafeMutableBufferPointer { try allGather(send, into: $0, counts: counts) }
        }
        var end = 0
        return counts.map { count in
            end += count
            return Array(joined[end - count..<end])
        }
    }

    /// Every rank's text, in rank order.
    public func allGather(_ text: String) throws -> [String] {
        try allGather(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Blocking form of ``Communicator/startAllToAll(_:counts:into:counts:)``.
    public func allToAll<Element: CommunicationElement>(
        _ send: UnsafeBufferPointer<Element>, counts sendCounts: [Int],
        into receive: UnsafeMutableBufferPointer<Element>, counts receiveCounts: [Int]
    ) throws {
        try wait(startAllToAll(send, counts: sendCounts, into: receive, counts: receiveCounts))
    }

    private func gatherCounts(_ count: Int) throws -> [Int] {
        let mine = [Int64(count)]
        var all = [Int64](repeating: 0, count: size)
        try mine.withUnsafeBufferPointer { send in
            try all.withUnsafeMutableBufferPointer {
                try allGather(send, into: $0, counts: [Int](repeating: 1, count: size))
            }
        }
        return all.map(Int.init)
    }
}
