/// Whether gradients travel in buckets while the backward pass goes on. A pure function of the launch, so that all ranks decide alike
/// and every run decides the same: another split of the message gives other bits.
public struct OverlapRule: Equatable, Sendable {
    /// Whether they do.
    public let overlaps: Bool

    /// Why, for the log.
    public let reason: String

    /// The decision where none was asked for.
    ///
    /// On one host the cores that copy a message are those that compute, and a message that is polled for costs them more than one
    /// that is waited for. Between hosts a message is worth starting early unless it is small: `docs/performance.md` has the measurements
    /// behind the limit.
    /// - Parameters:
    ///   - byteCount: Of the message of one rank.
    ///   - takesUnits: Whether threads of a rank compute different parts of its slice, which all end at the same time.
    public init(byteCount: Int, rankCount: Int, spansHosts: Bool, takesUnits: Bool) {
        (overlaps, reason) =
            if rankCount == 1 {
                (false, "one rank sends nothing")
            } else if takesUnits {
                (false, "the threads of a rank complete all gradients at the same time")
            } else if !spansHosts {
                (false, "all ranks are on one host, whose cores would copy instead of computing")
            } else if byteCount < Self.fewestBytes {
                (false, "\(byteCount) bytes are sent faster in one message")
            } else {
                (true, "\(byteCount) bytes travel between hosts")
            }
    }

    /// A decision that something else has made.
    public init(overlaps: Bool, reason: String) {
        (self.overlaps, self.reason) = (overlaps, reason)
    }

    private static let fewestBytes = 1 << 20
}
