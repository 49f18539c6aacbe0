/// What was settled before the first step of a run, or of its resumption.
public struct StartRecord: Equatable, Sendable {
    /// The number of ranks.
    public let worldSize: Int
    /// Threads per rank.
    public let threads: Int
    /// Samples of one update over all ranks.
    public let globalBatchSize: Int
    /// The rate as asked for, before scaling.
    public let requestedLearningRate: Double
    /// The rate after scaling to the global batch.
    public let learningRate: Double
    /// The number of trained numbers.
    public let parameterCount: Int
    /// The dataset's name.
    public let dataset: String
    /// The seed of starting values and shuffling.
    public let seed: UInt64
    /// The numbers that products are computed from.
    public let precision: String
    /// Whether ranks add gradients in memory that they share; else they send them.
    public let sharedMemory: Bool
    /// What runs.
    public let versions: Versions

    /// A record of these.
    public init(
        worldSize: Int, threads: Int, globalBatchSize: Int, requestedLearningRate: Double, learningRate: Double,
        parameterCount: Int, dataset: String, seed: UInt64, precision: String, sharedMemory: Bool,
        versions: Versions
    ) {
        self.worldSize = worldSize
        self.threads = threads
        self.globalBatchSize = globalBatchSize
        self.requestedLearningRate = requestedLearningRate
        self.learningRate = learningRate
        self.parameterCount = parameterCount
        self.dataset = dataset
        self.seed = seed
        self.precision = precision
        self.sharedMemory = sharedMemory
        self.versions = versions
    }
}
