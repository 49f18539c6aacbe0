import COpenMPI
import Communication

/// Notes between ranks, in a communicator of their own so that they meet no collective. Nothing is set up but the handle until one
/// is sent.
final class NoteChannel {
    private static let tag: Int32 = 0

    private let rank: Int
    private var handle = apus_mpi_comm_null()
    private var outgoing: [OutgoingNote?]
    private let incoming = UnsafeMutableBufferPointer<Int64>.allocate(capacity: RankNote.wordCount)

    /// The corresponding C function is `MPI_Comm_dup`.
    init(rank: Int, size: Int) throws {
        self.rank = rank
        outgoing = [OutgoingNote?](repeating: nil, count: size)
        incoming.initialize(repeating: 0)
        try check(MPI_Comm_dup(apus_mpi_comm_world(), &handle), "MPI_Comm_dup", rank: rank)
    }

    deinit {
        incoming.deallocate()
    }

    /// Reads what nobody waited for any more, and gives the handle back. The corresponding C function is `MPI_Comm_free`.
    func free() throws {
        while try next() != nil {}
        try check(MPI_Comm_free(&handle), "MPI_Comm_free", rank: rank)
    }

    /// Starts to send `note` to rank `target`, unless the last one to it is still under way: a rank that cannot be reached must not
    /// fill the memory. The corresponding C functions are `MPI_Isend` and `MPI_Test`.
    func post(_ note: RankNote, to target: Int) throws {
        let slot = outgoing[target] ?? OutgoingNote()
        outgoing[target] = slot
        var isDone: Int32 = 0
        try check(MPI_Test(&slot.request, &isDone, apus_mpi_status_ignore()), "MPI_Test", rank: rank)
        guard isDone != 0 else { return }
        note.write(into: slot.words)
        try check(
            MPI_Isend(
                slot.words.baseAddress, Int32(RankNote.wordCount), apus_mpi_int64().handle, Int32(target), Self.tag,
                handle, &slot.request), "MPI_Isend", rank: rank)
    }

    /// The next note that has arrived. The corresponding C functions are `MPI_Iprobe` and `MPI_Recv`.
    func next() throws -> RankNote? {
        var hasArrived: Int32 = 0
        try check(
            MPI_Iprobe(apus_mpi_any_source(), Self.tag, handle, &hasArrived, apus_mpi_status_ignore()), "MPI_Iprobe",
            rank: rank)
        guard hasArrived != 0 else { return nil }
        // One thread makes all calls, so what was found is what is received; it is here already.
        try check(
            MPI_Recv(
                incoming.baseAddress, Int32(RankNote.wordCount), apus_mpi_int64().handle, apus_mpi_any_source(),
                Self.tag, handle, apus_mpi_status_ignore()), "MPI_Recv", rank: rank)
        return RankNote(UnsafeBufferPointer(incoming))
    }
}

/// A note on its way: MPI reads the words until the request is done.
private final class OutgoingNote {
    var request = apus_mpi_request_null()
    let words = UnsafeMutableBufferPointer<Int64>.allocate(capacity: RankNote.wordCount)

    // No deinit: the channel lives as long as MPI, and a message to a rank that is gone is never done.
}
