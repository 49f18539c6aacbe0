/// A group of one rank. Its collectives are the identity and done when started, so callers need not test `size == 1`.
///
/// Neither starting nor completing an operation allocates.
public final class SingleProcessCommunicator: Communicator {
    public let rank = 0
    public let size = 1
    public var waitPolicy = WaitPolicy()

    /// A communicator without a transport.
    public init() {}

    public func startBarrier() throws -> Request {
        Request(.barrier, slot: 0)
    }

    public func startBroadcast<Element: CommunicationElement>(
        _ buffer: UnsafeMutableBufferPointer<Element>, root: Int
    ) throws -> Request {
        guard root == 0 else { throw CommunicationError.invalidRoot(root, rank: rank, size: size) }
        return Request(.broadcast, slot: 0)
    }

    public func startAllReduce<Element: CommunicationElement>(
        _ send: UnsafeBufferPointer<Element>, into receive: UnsafeMutableBufferPointer<Element>, _ reduction: Reduction
    ) throws -> Request {
        checkAllReduce(send: send.count, receive: receive.count)
        copy(send, into: receive)
        return Request(.allReduce, slot: 0)
    }

    public func startAllGather<Element: CommunicationElement>(
        _ send: UnsafeBufferPointer<Element>, into receive: UnsafeMutableBufferPointer<Element>, counts: [Int]
    ) throws -> Request {
        checkAllGather(send: send.count, receive: receive.count, counts: counts)
        copy(send, into: receive)
        return Request(.allGather, slot: 0)
    }

    public func startAllToAll<Element: CommunicationElement>(
        _ send: UnsafeBufferPointer<Element>, counts sendCounts: [Int],
        into receive: UnsafeMutableBufferPointer<Element>, counts receiveCounts: [Int]
    ) throws -> Request {
        checkAllToAll(
            send: send.count, sendCounts: sendCounts, receive: receive.count, receiveCounts: receiveCounts)
        copy(send, into: receive)
        return Request(.allToAll, slot: 0)
    }

    public func post(_ note: RankNote, to rank: Int) throws {}

    public func nextNote() throws -> RankNote? {
        nil
    }

    public func isComplete(_ request: Request) throws -> Bool {
        true
    }

    private func copy<Element: CommunicationElement>(
        _ source: UnsafeBufferPointer<Element>, into target: UnsafeMutableBufferPointer<Element>
    ) {
        UnsafeMutableRawBufferPointer(target).copyMemory(from: UnsafeRawBufferPointer(source))
    }
}
