import COpenMPI

/// The place of one operation under way: MPI's request, and the counts that MPI reads until it is done.
///
/// Used again by later operations, so that starting one allocates nothing.
final class RequestSlot {
    var request = apus_mpi_request_null()
    var isUnderWay = false
    let send: BlockTable
    let receive: BlockTable

    init(size: Int) {
        send = BlockTable(size: size)
        receive = BlockTable(size: size)
    }

    deinit {
        send.deallocate()
        receive.deallocate()
    }
}

/// Each rank's block within one buffer: how many elements, and at which element it starts.
struct BlockTable {
    let counts: UnsafeMutableBufferPointer<Int32>
    let offsets: UnsafeMutableBufferPointer<Int32>

    init(size: Int) {
        counts = .allocate(capacity: size)
        offsets = .allocate(capacity: size)
        counts.initialize(repeating: 0)
        offsets.initialize(repeating: 0)
    }

    /// Blocks of `counts` elements, one after the other.
    func fill(_ counts: [Int], _ call: String, rank: Int) throws {
        var end = 0
        for (index, count) in counts.enumerated() {
            self.counts[index] = try messageCount(count, call, rank: rank)
            offsets[index] = try messageCount(end, call, rank: rank)
            end += count
        }
    }

    func deallocate() {
        counts.deallocate()
        offsets.deallocate()
    }
}
