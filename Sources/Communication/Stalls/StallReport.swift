/// What a rank that waits too long knows of the others.
public struct StallReport: Equatable, Sendable {
    /// The rank that waits.
    public let rank: Int

    /// For how long it has waited.
    public let seconds: Double

    /// Where it waits, and in what, such as "step 12, waiting (barrier)".
    public let place: String

    /// The ranks that answered: they wait too.
    public let waiting: [Waiting]

    /// The ranks that did not: they compute, hang or cannot be reached.
    public let silentRanks: [Int]

    /// When and where the silent ranks were last known to be; nil if nothing was ever heard of them.
    public let lastKnown: LastKnown?

    /// Ranks that wait at the same place.
    public struct Waiting: Equatable, Sendable {
        public let ranks: [Int]
        public let place: String
        /// How long the first of them has waited.
        public let seconds: Double
    }

    /// The last operation that all ranks took part in.
    public struct LastKnown: Equatable, Sendable {
        public let place: String
        public let secondsAgo: Double
    }
}

extension StallReport: CustomStringConvertible {
    /// Full sentences on one line.
    public var description: String {
        ["Rank \(rank) has waited \(tenths(seconds)) s in \(place).", silence].compactMap(\.self)
            .joined(separator: " ") + waiting.map { " \($0)." }.joined()
    }

    private var silence: String? {
        guard !silentRanks.isEmpty else { return "All other ranks answer, so they wait for one another." }
        let (verb, they) = silentRanks.count == 1 ? ("does", "it was") : ("do", "they were")
        let last = lastKnown.map { "\(they) last met in \($0.place), \(tenths($0.secondsAgo)) s ago" }
        return "\(RankList.named(silentRanks).capitalizedFirst) \(verb) not answer: "
            + (last ?? "nothing was ever heard of \(silentRanks.count == 1 ? "it" : "them")") + "."
    }
}

extension StallReport.Waiting: CustomStringConvertible {
    /// Such as "Rank 2 waits in step 12, waiting (barrier), for 29.8 s".
    public var description: String {
        "\(RankList.named(ranks).capitalizedFirst) \(ranks.count == 1 ? "waits" : "wait") in \(place), for \(tenths(seconds)) s"
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
