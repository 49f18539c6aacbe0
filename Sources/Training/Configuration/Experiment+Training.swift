extension Experiment {
    /// How long to train, and on how many samples at a time.
    public struct TrainingSettings: Equatable, Sendable {
        public var epochs = 10
        /// Ends the training after this many optimizer steps, even if epochs remain; nil for no such end.
        public var steps: Int?
        public var batch = Batch.global(256)
        /// Pieces in which a rank computes its slice of one step.
        public var accumulationSteps = 1
        /// Leaves out the last, short batch of an epoch.
        public var dropLast = false
        /// The global norm to which gradients are clipped; nil for no clipping.
        public var clipNorm: Double?

        public init() {}
    }

    /// The size of one step, stated in one of two ways.
    public enum Batch: Equatable, Sendable {
        /// `globalBatchSize`: the samples of one optimizer step, whatever the number of ranks.
        case global(Int)
        /// `batchSize`: the samples of one rank and piece.
        case perRank(Int)
    }
}

extension Experiment.TrainingSettings: ConfigurationSection {
    mutating func visit<Keys: KeyVisitor>(_ keys: inout Keys) throws(Keys.Failure) {
        try keys.value("epochs", &epochs, .atLeast(1))
        try keys.value("steps", &steps, .atLeast(1))
        try visitBatch(&keys)
        try keys.value("accumulationSteps", &accumulationSteps, .atLeast(1, atMost: 65536))
        try keys.value("dropLast", &dropLast, .any)
        try keys.value("clipNorm", &clipNorm, .positive)
    }

    private mutating func visitBatch<Keys: KeyVisitor>(_ keys: inout Keys) throws(Keys.Failure) {
        var (global, perRank): (Int?, Int?) =
            switch batch {
            case .global(let size): (size, nil)
            case .perRank(let size): (nil, size)
            }
        try keys.value("globalBatchSize", &global, .atLeast(1))
        try keys.value("batchSize", &perRank, .atLeast(1))
        try keys.require(
            !(keys.isGiven("globalBatchSize") && keys.isGiven("batchSize")), at: "batchSize",
            "globalBatchSize is given as well; state one of them: batchSize counts per rank, globalBatchSize over all ranks"
        )
        if let size = perRank {
            batch = .perRank(size)
        } else if let size = global {
            batch = .global(size)
        }
    }
}
