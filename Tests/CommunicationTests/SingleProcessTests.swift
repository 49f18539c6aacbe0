import Communication
import Testing

/// What goes beyond the requirements of every communicator.
@Suite struct SingleProcessTests {
    @Test(arguments: [-1, 1])
    func broadcast_fromAnotherRoot_throws(root: Int) {
        #expect(throws: CommunicationError.invalidRoot(root, rank: 0, size: 1)) {
            var values: [Float] = [1]
            try SingleProcessCommunicator().broadcast(&values, root: root)
        }
    }

    @Test func allReduce_receiveBufferTooShort_endsTheProcessSayingWhatWasExpected() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            try reduce(3, into: 2)
        }
        expect(result, says: "Rank 0 called allReduce with 2 elements to receive, expected 3.")
    }

    @Test func allGather_countsNotOnePerRank_endsTheProcessSayingWhatWasExpected() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            try gather(counts: [1, 0])
        }
        expect(result, says: "Rank 0 called allGather with 2 counts, expected 1.")
    }

    @Test func allGather_negativeCount_endsTheProcessSayingSo() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            try gather(counts: [-1])
        }
        expect(result, says: "Rank 0 called allGather with counts of -1, expected none below 0.")
    }

    @Test func allToAll_sendsItselfMoreThanItExpects_endsTheProcessSayingSo() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            try exchange(sending: 2, receiving: 1)
        }
        expect(result, says: "Rank 0 called allToAll with 1 elements to receive from itself, expected 2.")
    }

    private func expect(
        _ result: ExitTest.Result?, says sentence: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let output = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(output.contains(sentence), sourceLocation: sourceLocation)
    }
}

private func reduce(_ sendCount: Int, into receiveCount: Int) throws {
    var receive = [Float](repeating: 0, count: receiveCount)
    try [Float](repeating: 1, count: sendCount).withUnsafeBufferPointer { send in
        try receive.withUnsafeMutableBufferPointer { try SingleProcessCommunicator().allReduce(send, into: $0, .sum) }
    }
}

private func gather(counts: [Int]) throws {
    var receive: [Float] = [0]
    try [Float(1)].withUnsafeBufferPointer { send in
        try receive.withUnsafeMutableBufferPointer {
            try SingleProcessCommunicator().allGather(send, into: $0, counts: counts)
        }
    }
}

private func exchange(sending sendCount: Int, receiving receiveCount: Int) throws {
    var receive = [Float](repeating: 0, count: receiveCount)
    try [Float](repeating: 1, count: sendCount).withUnsafeBufferPointer { send in
        try receive.withUnsafeMutableBufferPointer {
            try SingleProcessCommunicator().allToAll(send, counts: [sendCount], into: $0, counts: [receiveCount])
        }
    }
}
