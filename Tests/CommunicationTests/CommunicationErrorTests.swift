import Communication
import Testing

@Suite struct CommunicationErrorTests {
    @Test(arguments: [
        (
            CommunicationError.stalled(operation: "allReduce", rank: 3, seconds: 300.04),
            "Rank 3 has waited 300.0 s in allReduce for the other ranks and gives up."
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
