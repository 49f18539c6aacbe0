/// What was settled before the first step of a run, or of its resumption.
public struct StartRecord: Equatable, Sendable {
    public let worldSize: Int
    /// Threads per rank.
    public let threads: Int
    public let globalBatchSize: Int
    /// The rate as asked for, before scaling.
    public let requestedLearningRate: Double
    /// The rate after scaling to the global batch.
    public let learningRate: Double
    public let parameterCount: Int
    public let dataset: String
    public let seed: UInt64
    public let versions: Versions

    public init(
        worldSize: Int, threads: Int, globalBatchSize: Int, requestedLearningRate: Double, learningRate: Double,
        parameterCount: Int, dataset: String, seed: UInt64, versions: Versions
    ) {
        self.worldSize = worldSize
        self.threads = threads
        self.globalBatchSize = globalBatchSize
        self.requestedLearningRate = requestedLearningRate
        self.learningRate = learningRate
        self.parameterCount = parameterCount
        self.dataset = dataset
        self.seed = seed
        self.versions = versions
    }
}
