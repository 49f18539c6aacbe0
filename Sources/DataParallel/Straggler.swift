import Communication

/// A rank that the others had to wait for.
public struct Straggler: Equatable, Sendable, CustomStringConvertible {
    /// Which one.
    public let rank: Int

    /// The share of the time for which it alone was missing, in `[0, 1]`.
    public let share: Double

    /// Seconds of its own work.
    public let seconds: Double

    /// The same of the other ranks, on average.
    public let othersSeconds: Double

    /// A sentence for the log.
    public var description: String {
        "Rank \(rank) was the slowest: for \(Int((share * 100).rounded())) % of the time all others waited for it "
            + "(its own part of the steps took \(tenths(seconds)) s, that of the others \(tenths(othersSeconds)) s on average)."
    }
}
