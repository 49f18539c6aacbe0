// Counts that contradict each other within one call are programmer errors: every communicator ends the process here,
// with the same sentence, before it touches a buffer.

extension Communicator {
    /// Both buffers of an allReduce hold the same number of elements.
    package func checkAllReduce(send: Int, receive: Int) {
        check(.allReduce, "elements to receive", receive, expected: send)
    }

    /// `counts` has one entry a rank, `send` matches this rank's and `receive` their sum.
    package func checkAllGather(send: Int, receive: Int, counts: [Int]) {
        checkCounts(.allGather, "counts", counts)
        check(.allGather, "elements to send", send, expected: counts[rank])
        check(.allGather, "elements to receive", receive, expected: counts.reduce(0, +))
    }

    /// Both lists have one entry a rank, agree on what this rank sends itself, and the buffers match their sums.
    package func checkAllToAll(send: Int, sendCounts: [Int], receive: Int, receiveCounts: [Int]) {
        checkCounts(.allToAll, "send counts", sendCounts)
        checkCounts(.allToAll, "receive counts", receiveCounts)
        check(.allToAll, "elements to receive from itself", receiveCounts[rank], expected: sendCounts[rank])
        check(.allToAll, "elements to send", send, expected: sendCounts.reduce(0, +))
        check(.allToAll, "elements to receive", receive, expected: receiveCounts.reduce(0, +))
    }

    private func checkCounts(_ operation: Request.Operation, _ noun: StaticString, _ counts: [Int]) {
        check(operation, noun, counts.count, expected: size)
        for count in counts where count < 0 {
            fatalError("Rank \(rank) called \(operation.rawValue) with \(noun) of \(count), expected none below 0.")
        }
    }

    private func check(_ operation: Request.Operation, _ noun: StaticString, _ found: Int, expected: Int) {
        guard found == expected else {
            fatalError("Rank \(rank) called \(operation.rawValue) with \(found) \(noun), expected \(expected).")
        }
    }
}
