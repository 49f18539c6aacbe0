import COpenMPI
public import Communication

/// The ranks of an MPI job, for one kind of traffic. All calls must come from the thread that initialised MPI.
///
/// The buffers of a call must be distinct: with MPI_IN_PLACE, Open MPI's nonblocking allreduce gives up its bandwidth-optimal
/// algorithm (`coll/libnbc`, `nbc_iallreduce.c`). In the steady state starting and completing an operation allocates nothing
/// but what the MPI library itself allocates.
public final class MPICommunicator: Communicator {
    public let rank: Int
    public let size: Int
    public var waitPolicy = WaitPolicy()

    private var handle = apus_mpi_comm_null()
    private let notes: NoteChannel
    private var slots: [RequestSlot] = []
    private var freeSlots: [Int] = []

    /// A duplicate of MPI_COMM_WORLD, so that no other library's messages meet ours. The corresponding C function is
    /// `MPI_Comm_dup`.
    init(rank: Int, size: Int) throws {
        self.rank = rank
        self.size = size
        notes = try NoteChannel(rank: rank, size: size)
        try check(MPI_Comm_dup(apus_mpi_comm_world(), &handle), "MPI_Comm_dup", rank: rank)
    }

    /// Gives the handles back. The corresponding C function is `MPI_Comm_free`.
    func free() throws {
        try notes.free()
        try check(MPI_Comm_free(&handle), "MPI_Comm_free", rank: rank)
    }

    /// The corresponding C function is `MPI_Ibarrier`.
    public func startBarrier() throws -> Request {
        try start(.barrier, "MPI_Ibarrier") { MPI_Ibarrier(handle, &$0.request) }
    }

    /// The corresponding C function is `MPI_Ibcast`.
    public func startBroadcast<Element: CommunicationElement>(
        _ buffer: UnsafeMutableBufferPointer<Element>, root: Int
    ) throws -> Request {
        let count = try messageCount(buffer.count, "MPI_Ibcast", rank: rank)
        // A root beyond Int32 is as wrong as -1: MPI reports either.
        let root = Int32(exactly: root) ?? -1
        return try start(.broadcast, "MPI_Ibcast") {
            MPI_Ibcast(buffer.baseAddress, count, datatype(Element.elementType).handle, root, handle, &$0.request)
        }
    }

    /// The corresponding C function is `MPI_Iallreduce`.
    public func startAllReduce<Element: CommunicationElement>(
        _ send: UnsafeBufferPointer<Element>, into receive: UnsafeMutableBufferPointer<Element>, _ reduction: Reduction
    ) throws -> Request {
        checkAllReduce(send: send.count, receive: receive.count)
        let count = try messageCount(send.count, "MPI_Iallreduce", rank: rank)
        return try start(.allReduce, "MPI_Iallreduce") {
            MPI_Iallreduce(
                send.baseAddress, receive.baseAddress, count, datatype(Element.elementType).handle,
                operation(reduction).handle,
                handle, &$0.request)
        }
    }

    /// The corresponding C function is `MPI_Iallgatherv`.
    public func startAllGather<Element: CommunicationElement>(
        _ send: UnsafeBufferPointer<Element>, into receive: UnsafeMutableBufferPointer<Element>, counts: [Int]
    ) throws -> Request {
        checkAllGather(send: send.count, receive: receive.count, counts: counts)
        let count = try messageCount(send.count, "MPI_Iallgatherv", rank: rank)
        return try start(.allGather, "MPI_Iallgatherv") { slot in
            try slot.receive.fill(counts, "MPI_Iallgatherv", rank: rank)
            let type = datatype(Element.elementType).handle
            return MPI_Iallgatherv(
                send.baseAddress, count, type, receive.baseAddress, slot.receive.counts.baseAddress,
                slot.receive.offsets.baseAddress, type, handle, &slot.request)
        }
    }

    /// The corresponding C function is `MPI_Ialltoallv`.
    public func startAllToAll<Element: CommunicationElement>(
        _ send: UnsafeBufferPointer<Element>, counts sendCounts: [Int],
        into receive: UnsafeMutableBufferPointer<Element>, counts receiveCounts: [Int]
    ) throws -> Request {
        checkAllToAll(
            send: send.count, sendCounts: sendCounts, receive: receive.count, receiveCounts: receiveCounts)
        return try start(.allToAll, "MPI_Ialltoallv") { slot in
            try slot.send.fill(sendCounts, "MPI_Ialltoallv", rank: rank)
            try slot.receive.fill(receiveCounts, "MPI_Ialltoallv", rank: rank)
            let type = datatype(Element.elementType).handle
            return MPI_Ialltoallv(
                send.baseAddress, slot.send.counts.baseAddress, slot.send.offsets.baseAddress, type,
                receive.baseAddress, slot.receive.counts.baseAddress, slot.receive.offsets.baseAddress, type, handle,
                &slot.request)
        }
    }

    public func post(_ note: RankNote, to rank: Int) throws {
        try notes.post(note, to: rank)
    }

    public func nextNote() throws -> RankNote? {
        try notes.next()
    }

    /// The corresponding C function is `MPI_Test`.
    public func isComplete(_ request: Request) throws -> Bool {
        let slot = slots[request.slot]
        guard slot.isUnderWay else { return true }
        var isDone: Int32 = 0
        try check(MPI_Test(&slot.request, &isDone, apus_mpi_status_ignore()), "MPI_Test", rank: rank)
        guard isDone != 0 else { return false }
        slot.isUnderWay = false
        freeSlots.append(request.slot)
        return true
    }

    private func start(
        _ operation: Request.Operation, _ call: String, _ body: (RequestSlot) throws -> Int32
    ) throws -> Request {
        let index = freeSlots.last ?? addSlot()
        try check(body(slots[index]), call, rank: rank)
        slots[index].isUnderWay = true
        freeSlots.removeLast()
        return Request(operation, slot: index)
    }

    private func addSlot() -> Int {
        slots.append(RequestSlot(size: size))
        freeSlots.append(slots.count - 1)
        return slots.count - 1
    }
}
