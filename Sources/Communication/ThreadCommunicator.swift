/// One rank of several that run as threads of this process: the cluster's program without a cluster.
///
/// What a rank sends is copied when the operation starts; each rank computes its own result from the copies, reductions in
/// rank order, so all ranks get the same bits in every run. Ranks that call different operations get
/// ``CommunicationError/mismatch(_:)``, and when a rank throws, the others' waits throw
/// ``CommunicationError/peerFailed(rank:)``: nothing hangs.
public final class ThreadCommunicator: Communicator {
    public let rank: Int
    public let size: Int
    public var waitPolicy = WaitPolicy()

    private let world: ThreadWorld
    private var callCount = 0
    private var pending: [Int: UnsafeMutableRawBufferPointer] = [:]

    init(rank: Int, world: ThreadWorld) {
        self.rank = rank
        size = world.size
        self.world = world
        // Ranks usually outnumber the cores.
        waitPolicy.pollsBeforeYield = 0
    }

    /// Runs `body` once on each of `size` threads and returns what they return, in rank order.
    ///
    /// Throws: the error of the rank that failed first.
    public static func run<Result: Sendable>(
        size: Int, _ body: @escaping @Sendable (ThreadCommunicator) throws -> Result
    ) throws -> [Result] {
        guard size > 0 else { fatalError("ThreadCommunicator.run was given \(size) ranks, expected at least 1.") }
        return try RankThreads(size: size, body: body).run()
    }

    public func startBarrier() throws -> Request {
        try start(.barrier, send: UnsafeRawBufferPointer(start: nil, count: 0), receive: nil)
    }

    public func startBroadcast<Element: CommunicationElement>(
        _ buffer: UnsafeMutableBufferPointer<Element>, root: Int
    ) throws -> Request {
        guard (0..<size).contains(root) else { throw CommunicationError.invalidRoot(root, rank: rank, size: size) }
        let send = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(buffer)[..<(rank == root ? buffer.count : 0)])
        return try start(
            .broadcast(Element.elementType, count: buffer.count, root: root),
            send: UnsafeRawBufferPointer(send), receive: UnsafeMutableRawBufferPointer(buffer))
    }

    public func startAllReduce<Element: CommunicationElement>(
        _ send: UnsafeBufferPointer<Element>, into receive: UnsafeMutableBufferPointer<Element>, _ reduction: Reduction
    ) throws -> Request {
        checkAllReduce(send: send.count, receive: receive.count)
        return try start(
            .allReduce(Element.elementType, count: send.count, reduction),
            send: UnsafeRawBufferPointer(send), receive: UnsafeMutableRawBufferPointer(receive))
    }

    public func startAllGather<Element: CommunicationElement>(
        _ send: UnsafeBufferPointer<Element>, into receive: UnsafeMutableBufferPointer<Element>, counts: [Int]
    ) throws -> Request {
        checkAllGather(send: send.count, receive: receive.count, counts: counts)
        return try start(
            .allGather(Element.elementType, counts: counts),
            send: UnsafeRawBufferPointer(send), receive: UnsafeMutableRawBufferPointer(receive))
    }

    public func startAllToAll<Element: CommunicationElement>(
        _ send: UnsafeBufferPointer<Element>, counts sendCounts: [Int],
        into receive: UnsafeMutableBufferPointer<Element>, counts receiveCounts: [Int]
    ) throws -> Request {
        checkAllToAll(
            send: send.count, sendCounts: sendCounts, receive: receive.count, receiveCounts: receiveCounts)
        return try start(
            .allToAll(Element.elementType, sendCounts: sendCounts, receiveCounts: receiveCounts),
            send: UnsafeRawBufferPointer(send), receive: UnsafeMutableRawBufferPointer(receive))
    }

    public func post(_ note: RankNote, to rank: Int) throws {
        world.post(note, to: rank)
    }

    public func nextNote() throws -> RankNote? {
        world.nextNote(for: rank)
    }

    public func isComplete(_ request: Request) throws -> Bool {
        guard let receive = pending[request.slot] else { return true }
        guard let deposits = try world.collect(call: request.slot) else { return false }
        pending[request.slot] = nil
        finish(deposits, into: receive)
        return true
    }

    private func start(
        _ call: CollectiveCall, send: UnsafeRawBufferPointer, receive: UnsafeMutableRawBufferPointer?
    ) throws -> Request {
        let number = callCount
        callCount += 1
        try world.deposit(ThreadWorld.Deposit(call: call, bytes: Array(send)), call: number, rank: rank)
        pending[number] = receive ?? UnsafeMutableRawBufferPointer(start: nil, count: 0)
        return Request(call.operation, slot: number)
    }

    private func finish(_ deposits: [ThreadWorld.Deposit], into receive: UnsafeMutableRawBufferPointer) {
        switch deposits[rank].call {
        case .barrier: break
        case .broadcast(_, _, let root): receive.copyBytes(from: deposits[root].bytes)
        case .allReduce(let type, _, let reduction):
            receive.copyBytes(from: deposits[0].bytes)
            for deposit in deposits.dropFirst() {
                deposit.bytes.withUnsafeBytes { reduction.combine($0, into: receive, as: type) }
            }
        case .allGather: join(deposits.lazy.map { $0.bytes[...] }, into: receive)
        case .allToAll: join(deposits.lazy.map { self.share(of: $0) }, into: receive)
        }
    }

    private func join(_ parts: some Sequence<ArraySlice<UInt8>>, into receive: UnsafeMutableRawBufferPointer) {
        var end = 0
        for part in parts {
            UnsafeMutableRawBufferPointer(rebasing: receive[end...]).copyBytes(from: part)
            end += part.count
        }
    }

    /// The part of an allToAll deposit that is for this rank.
    private func share(of deposit: ThreadWorld.Deposit) -> ArraySlice<UInt8> {
        guard case .allToAll(let type, let counts, _) = deposit.call else { return [] }
        let start = counts[..<rank].reduce(0, +) * type.byteCount
        return deposit.bytes[start..<start + counts[rank] * type.byteCount]
    }
}
