/// What a scaling benchmark writes as JSON.
public struct ScalingPoints: Codable, Sendable {
    /// One entry for each configuration, mode and number of ranks.
    public let points: [ScalingPoint]

    /// A list of points.
    public init(points: [ScalingPoint]) {
        self.points = points
    }
}

/// The speed of one configuration on one number of ranks. Figures are medians over the repeats.
public struct ScalingPoint: Codable, Sendable {
    /// The experiment's file.
    public let config: String
    /// The experiment's name.
    public let name: String
    /// What stays the same when ranks are added.
    public let mode: ScalingMode
    /// Ranks of the job.
    public let ranks: Int
    /// Threads of each rank.
    public let threads: Int
    /// Samples of one step over all ranks.
    public let globalBatchSize: Int
    /// The same as the mode would have it; more than a dataset has are not to be had.
    public let wantedBatchSize: Int
    /// Measured steps of a repeat.
    public let steps: Int
    /// Repeats.
    public let repeats: Int
    /// As the experiment has it.
    public let reproducible: Bool
    /// As the experiment has it.
    public let overlap: String
    /// Over all ranks.
    public let imagesPerSecond: Double
    /// The fastest repeat less the slowest, as a share of the median.
    public let spread: Double
    /// The speed over that on the fewest ranks of the same call, repeat by repeat.
    public let speedUp: Double
    /// The speed-up over what as many times the ranks could give.
    public let efficiency: Double
    /// Bytes that each rank contributes to the messages of a step.
    public let bytesPerStep: Int
    /// Whether there are more ranks and threads than cores, so that the figures say nothing about scaling.
    public let oversubscribed: Bool
    /// Whether the cores were free of others, without which the figures say nothing either.
    public let coresWereFree: Bool
    /// SHA-256, in hex, of all parameters and buffers after the last step of the first repeat.
    public let parametersDigest: String
    /// Whether all repeats ended on that.
    public let digestsAgree: Bool
    /// Per step, of the repeat whose speed is the median.
    public let seconds: ScalingSeconds
}
