/// How long each rank took, step by step, until it was ready to sum the gradients, and how long all others waited for it.
///
/// A rank's own time ends where its waiting begins, so a slow rank shows here and nowhere else: seconds of whole steps are the same on
/// all ranks. Adding a step allocates nothing.
public struct ArrivalTimes: Sendable {
    /// By rank, the seconds of its own work in the steps added so far.
    public private(set) var seconds: [Double]

    /// By rank, the seconds for which it alone was missing.
    private var awaitedSeconds: [Double]

    /// No step of `rankCount` ranks as yet.
    public init(rankCount: Int) {
        seconds = Array(repeating: 0, count: rankCount)
        awaitedSeconds = seconds
    }

    /// Adds a step, of which the ranks have said in `block` how long they took.
    public mutating func add(_ block: ControlBlock) {
        add { Double(block[$0].arrivalMilliseconds) / 1000 }
    }

    /// Adds a step in which each rank took the seconds `arrival` of its number.
    mutating func add(_ arrival: (Int) -> Double) {
        var (last, latest, secondLatest) = (0, -Double.infinity, -Double.infinity)
        for rank in seconds.indices {
            let own = arrival(rank)
            seconds[rank] += own
            if own > latest {
                (last, latest, secondLatest) = (rank, own, latest)
            } else {
                secondLatest = max(secondLatest, own)
            }
        }
        if seconds.count > 1 { awaitedSeconds[last] += latest - secondLatest }
    }

    /// The rank that has slowed the others down, if one stands out, in steps that took `totalSeconds` with waiting and transfer.
    ///
    /// A rank costs the time for which it alone was missing, summed over the steps: had it been as fast as the mean of the others, each
    /// step would have waited for the next slowest instead. It is told of if that is more than 5 % of the time, more than a second,
    /// and more than twice what any other rank costs. Ranks that are slow in turn, or two that are slow together, do not stand out.
    public func straggler(inSeconds totalSeconds: Double) -> Straggler? {
        guard seconds.count > 1, let rank = seconds.indices.max(by: { awaitedSeconds[$0] < awaitedSeconds[$1] })
        else { return nil }
        let cost = awaitedSeconds[rank]
        let others = seconds.indices.filter { $0 != rank }
        let nextCost = others.map { awaitedSeconds[$0] }.max() ?? 0
        guard cost > Self.leastSeconds, cost > Self.leastShare * totalSeconds, cost > 2 * nextCost else { return nil }
        return Straggler(
            rank: rank, share: min(cost / totalSeconds, 1), seconds: seconds[rank],
            othersSeconds: others.reduce(0) { $0 + seconds[$1] } / Double(others.count))
    }

    /// In a run of a few steps one hiccup of the machine is a large share, and nobody's loss.
    private static let leastSeconds = 1.0
    private static let leastShare = 0.05
}
