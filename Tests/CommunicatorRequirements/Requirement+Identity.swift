import Communication
import Glibc

extension Requirement {
    static let identity = [
        Requirement("ranks_gathered_areNumberedFromZero") { communicator, findings in
            let ranks = try communicator.allGather([Int64(communicator.rank)])
            findings.expect(ranks, equals: (0..<communicator.size).map { [Int64($0)] }, "the list of ranks")
        },
        Requirement("barrier_ranksArriveApart_noneLeavesBeforeTheLastArrives") { communicator, findings in
            // A barrier that does nothing would let rank 0 leave long before the last rank arrives. The clock is that of one
            // host.
            usleep(UInt32(communicator.rank) * 5_000)
            let arrival = nanoseconds()
            try communicator.barrier()
            let departure = nanoseconds()
            let lastArrival = try communicator.allReduce([arrival], .maximum)[0]
            findings.expect(departure >= lastArrival, equals: true, "leaving after the last arrival")
        },
        Requirement("texts_ofDifferentLengths_areGatheredInRankOrder") { communicator, findings in
            let texts = try communicator.allGather(String(repeating: "é", count: communicator.rank))
            let expected = (0..<communicator.size).map { String(repeating: "é", count: $0) }
            findings.expect(texts, equals: expected, "the list of texts")
        },
    ]
}

private func nanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
