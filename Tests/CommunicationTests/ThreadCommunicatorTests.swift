import Communication
import Synchronization
import Testing

@Suite struct ThreadCommunicatorTests {
    private struct PlannedError: Error, Equatable {
        let rank: Int
    }

    @Test func run_severalRanks_returnsResultsInRankOrder() throws {
        #expect(try ThreadCommunicator.run(size: 5) { $0.rank * $0.size } == [0, 5, 10, 15, 20])
    }

    @Test func sum_ofFloats_isAddedInRankOrder() throws {
        // ((1e8 + 1) − 1e8) + 1: the first 1 is lost in Float, the second is not. No other order gives 1 so.
        let values: [Float] = [1e8, 1, -1e8, 1]
        let sums = try ThreadCommunicator.run(size: 4) { try $0.allReduce([values[$0.rank]], .sum) }
        #expect(sums == Array(repeating: [1], count: 4))
    }

    @Test func sum_ofIntegersTooLarge_wrapsAround() throws {
        #expect(try ThreadCommunicator.run(size: 3) { try $0.allReduce([UInt8(100)], .sum) } == [[44], [44], [44]])
        let extremes = try ThreadCommunicator.run(size: 2) { try $0.allReduce([Int64.max], .sum) }
        #expect(extremes == [[-2], [-2]])
    }

    @Test func sendBuffer_changedAfterTheStart_isNotSeen() throws {
        let results = try ThreadCommunicator.run(size: 2) { communicator -> [Int32] in
            var send: [Int32] = [1]
            var receive: [Int32] = [0]
            try receive.withUnsafeMutableBufferPointer { receive in
                let request = try send.withUnsafeMutableBufferPointer { send in
                    defer { send[0] = 100 }
                    return try communicator.startAllReduce(UnsafeBufferPointer(send), into: receive, .sum)
                }
                try communicator.wait(request)
            }
            return receive
        }
        #expect(results == [[2], [2]])
    }

    @Test func calls_differentOperations_areNamedByRank() {
        expectMismatch("rank 0 called barrier, rank 1 called allReduce(Float × 1, sum)", size: 2) {
            if $0.rank == 1 { _ = try $0.allReduce([Float(1)], .sum) } else { try $0.barrier() }
        }
    }

    @Test func calls_sameOperationWithOtherCounts_areNamedByRank() {
        expectMismatch(
            "rank 0 called broadcast(UInt8 × 1, root 0), rank 1 called broadcast(UInt8 × 2, root 0)", size: 2
        ) {
            var values = [UInt8](repeating: 0, count: $0.rank + 1)
            try $0.broadcast(&values, root: 0)
        }
    }

    @Test func allToAll_oneSendsWhatTheOtherDoesNotExpect_isAMismatch() {
        let text =
            "rank 0 called allToAll(Float, sending [0, 1], receiving [0, 0]), "
            + "rank 1 called allToAll(Float, sending [0, 0], receiving [0, 0])"
        expectMismatch(text, size: 2) { communicator in
            let send = [Float](repeating: 0, count: 1 - communicator.rank)
            var receive: [Float] = []
            try send.withUnsafeBufferPointer { send in
                try receive.withUnsafeMutableBufferPointer {
                    try communicator.allToAll(send, counts: [0, send.count], into: $0, counts: [0, 0])
                }
            }
        }
    }

    @Test func rank_returnsWhileOthersCall_isAMismatch() {
        expectMismatch("rank 0 has returned, another rank called barrier", size: 3) {
            if $0.rank > 0 { try $0.barrier() }
        }
    }

    @Test func rank_throws_freesTheOthersWithPeerFailed() {
        let seen = Mutex<[CommunicationError]>([])
        #expect(throws: PlannedError(rank: 2)) {
            try ThreadCommunicator.run(size: 4) { communicator in
                try communicator.barrier()
                if communicator.rank == 2 { throw PlannedError(rank: 2) }
                do {
                    try communicator.barrier()
                } catch let error as CommunicationError {
                    seen.withLock { $0.append(error) }
                    throw error
                }
            }
        }
        #expect(seen.withLock { $0 } == Array(repeating: .peerFailed(rank: 2), count: 3))
    }

    @Test func operation_allHaveEntered_completesThoughAPeerFailsAfterwards() throws {
        let failed = Atomic(false)
        let finished = Mutex<[Int]>([])
        #expect(throws: PlannedError(rank: 0)) {
            try ThreadCommunicator.run(size: 2) { communicator in
                let request = try communicator.startBarrier()
                if communicator.rank == 0 {
                    try communicator.wait(request)
                    failed.store(true, ordering: .releasing)
                    throw PlannedError(rank: 0)
                }
                while !failed.load(ordering: .acquiring) {}
                try communicator.wait(request)
                finished.withLock { $0.append(communicator.rank) }
            }
        }
        #expect(finished.withLock { $0 } == [1])
    }

    @Test(arguments: [-1, 2])
    func broadcast_fromNoRank_saysWhichRanksThereAre(root: Int) {
        #expect(throws: CommunicationError.invalidRoot(root, rank: 0, size: 2)) {
            try ThreadCommunicator.run(size: 2) { communicator in
                // One after the other, so that rank 0 is the first to fail.
                if communicator.rank == 0 {
                    _ = try communicator.startBroadcast(.init(emptyOf: Float.self), root: root)
                }
                try communicator.barrier()
            }
        }
    }

    private func expectMismatch(
        _ text: String, size: Int, sourceLocation: SourceLocation = #_sourceLocation,
        _ body: @escaping @Sendable (ThreadCommunicator) throws -> Void
    ) {
        #expect(throws: CommunicationError.mismatch(text), sourceLocation: sourceLocation) {
            try ThreadCommunicator.run(size: size, body)
        }
    }
}

extension UnsafeMutableBufferPointer {
    /// No elements at all.
    init(emptyOf type: Element.Type) {
        self.init(start: nil, count: 0)
    }
}
