import Communication

extension Requirement {
    /// What holds for memory that ranks have in common.
    static let sharedMemory = [
        Requirement("sharedMemory_whatOneWrites_allRead") { communicator, findings in
            let (rank, size) = (communicator.rank, communicator.size)
            // Parts of different sizes, the first of them none, that begin and end within pages.
            let starts = (0...size).map { $0 * ($0 - 1) * 1_500 }
            let own = starts[rank]..<starts[rank + 1]
            let memory = try SharedMemory.allocate(byteCount: starts[size] + 1, ownParts: [own], over: communicator)
            guard let memory else { return findings.expect(false, equals: true, "whether there is memory") }
            let bytes = UnsafeMutableRawBufferPointer(start: memory.base, count: memory.byteCount)
            findings.expect(bytes.allSatisfy { $0 == 0 }, equals: true, "whether all bytes are 0")
            try communicator.barrier()
            for index in own { bytes[index] = UInt8(rank + 1) }
            try communicator.barrier()
            let expected = (0..<size).flatMap { [UInt8](repeating: UInt8($0 + 1), count: starts[$0 + 1] - starts[$0]) }
            findings.expect(Array(bytes.dropLast()), equals: expected, "what the ranks have written")
        },
        Requirement("sharedMemory_thatOneRankCannotHave_isNoneOnAllRanks") { communicator, findings in
            let more = try SharedMemory.allocate(byteCount: 1 << 50, ownParts: [], over: communicator)
            findings.expect(more == nil, equals: true, "whether there is no more than the host has")
            for rank in [0, communicator.size - 1] {
                // Far ahead of the memory, where nothing is.
                let own = communicator.rank == rank ? [-(1 << 46)..<4096 - (1 << 46)] : []
                let memory = try SharedMemory.allocate(byteCount: 4096, ownParts: own, over: communicator)
                findings.expect(memory == nil, equals: true, "whether there is none where rank \(rank) gets none")
            }
        },
    ]
}
