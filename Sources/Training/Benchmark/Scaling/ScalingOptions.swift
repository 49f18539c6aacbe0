/// What a scaling benchmark measures.
public struct ScalingOptions: Sendable {
    /// Numbers of ranks, each at least 1.
    public var ranks = [1, 2]
    /// What stays the same when ranks are added.
    public var modes = [ScalingMode.weak]
    /// Threads of each rank.
    public var threads = 1
    /// How often each job is run.
    public var repeats = 5
    /// What one rank's job measures takes about so long.
    public var seconds = 1.0
    /// Cores that the ranks may use.
    public var cores = HostCores.current.usable

    /// All defaults.
    public init() {}

    /// Seconds after which a job is taken to hang: far more than it takes to start, warm up and measure, on cores that its ranks share.
    public func deadlineSeconds(_ job: ScalingJob) -> Double {
        600 + 4 * seconds * max(1, Double(job.ranks * threads) / Double(cores))
    }

    /// Whether so many ranks have less than a core for each of their threads.
    func isOversubscribed(_ ranks: Int) -> Bool {
        ranks * threads > cores
    }
}
