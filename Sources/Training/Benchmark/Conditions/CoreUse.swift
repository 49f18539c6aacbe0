/// How much of the cores others used while something was measured.
struct CoreUse: Equatable, Sendable {
    /// Seconds of the cores, all cores together.
    private(set) var coreSeconds = 0.0

    /// Of those, what neither the measured work nor idleness took: other processes, and the host's other guests.
    private(set) var othersSeconds = 0.0

    /// No time at all.
    init() {}

    /// - Parameters:
    ///   - busy: seconds in which the cores were busy.
    ///   - own: seconds of processor time of the measured work.
    ///   - resolution: what may be counted too much, in seconds of one core.
    init(wall: Double, coreCount: Int, busy: Double, own: Double, resolution: Double) {
        coreSeconds = wall * Double(coreCount)
        othersSeconds = max(0, busy - own - resolution * Double(coreCount))
    }

    static func + (one: CoreUse, other: CoreUse) -> CoreUse {
        var sum = one
        sum.coreSeconds += other.coreSeconds
        sum.othersSeconds += other.othersSeconds
        return sum
    }

    /// The others' part, in [0, 1].
    var othersShare: Double {
        coreSeconds > 0 ? min(1, othersSeconds / coreSeconds) : 0
    }
}
