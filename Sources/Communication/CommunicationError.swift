/// What goes wrong between ranks, apart from the transport's own errors.
public enum CommunicationError: Error, Equatable, CustomStringConvertible {
    /// No progress up to the deadline of the ``WaitPolicy``.
    case stalled(StallReport)

    /// Ranks called different operations, or the same with different sizes.
    case mismatch(String)

    /// Another rank failed, so this operation cannot finish.
    case peerFailed(rank: Int)

    /// A broadcast from a rank that does not exist.
    case invalidRoot(Int, rank: Int, size: Int)

    public var description: String {
        switch self {
        case .stalled(let report):
            "\(report) Rank \(report.rank) gives up."
        case .mismatch(let difference):
            "Ranks called different operations: \(difference)."
        case .peerFailed(let rank):
            "Rank \(rank) failed, so the others cannot go on."
        case .invalidRoot(let root, let rank, let size):
            "Rank \(rank) called broadcast from root \(root), but the ranks are 0 to \(size - 1)."
        }
    }
}

/// `seconds` as reports print it, to a tenth.
package func tenths(_ seconds: Double) -> String {
    "\((seconds * 10).rounded() / 10)"
}
