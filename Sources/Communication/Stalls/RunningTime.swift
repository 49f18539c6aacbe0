/// Adds up the time in which this process ran. One that was stopped and continued, by a debugger or a batch system, has not waited
/// for anybody meanwhile.
public struct RunningTime: Sendable {
    /// What a single look may add: longer than any delay on a crowded machine, shorter than anybody's pause.
    private static let longestGap = 2.0

    /// The time so far.
    public private(set) var seconds = 0.0

    private var last: Double

    /// Starts at `now` of the monotonic clock.
    public init(from now: Double) {
        last = now
    }

    /// Adds the time since the last look.
    public mutating func advance(to now: Double) {
        seconds += min(now - last, Self.longestGap)
        last = now
    }
}
