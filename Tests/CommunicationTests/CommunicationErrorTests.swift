import Testing

@testable import Communication

@Suite struct CommunicationErrorTests {
    @Test(arguments: [
        (
            CommunicationError.stalled(
                StallReport(
                    rank: 3, seconds: 300.04, place: "step 9, communication (allReduce)", waiting: [],
                    silentRanks: [0, 1, 2],
                    lastKnown: .init(place: "step 8, communication (allReduce)", secondsAgo: 301.1))),
            "Rank 3 has waited 300.0 s in step 9, communication (allReduce). Ranks 0, 1 and 2 do not answer: they were last met in "
                + "step 8, communication (allReduce), 301.1 s ago. Rank 3 gives up."
        ),
        (
            .mismatch("rank 0 called barrier, rank 1 has returned"),
            "Ranks called different operations: rank 0 called barrier, rank 1 has returned."
        ),
        (.peerFailed(rank: 2), "Rank 2 failed, so the others cannot go on."),
        (
            .invalidRoot(4, rank: 1, size: 4), "Rank 1 called broadcast from root 4, but the ranks are 0 to 3."
        ),
    ])
    func error_described_isASentenceThatNamesTheRank(error: CommunicationError, sentence: String) {
        #expect("\(error)" == sentence)
    }
}
