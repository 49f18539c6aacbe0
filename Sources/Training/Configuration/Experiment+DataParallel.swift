extension Experiment {
    /// How the ranks work together.
    public struct DataParallelSettings: Equatable, Sendable {
        /// The same bits on any number of ranks.
        public var reproducible = false
        public var logicalShards = 8
        public var bucketByteLimit = 4_194_304
        /// Whether gradients travel while the backward pass goes on.
        public var overlap = Verbatim("auto")
        /// The number format in which gradients travel.
        public var wire = Wire.float32
        public var batchNorm = BatchNorm.local
        /// Steps between comparisons of the ranks' parameters; zero for never.
        public var replicaCheckEverySteps = 0
        public var nonFinite = NonFinitePolicy.stop
        public var stallWarningSeconds = 30.0
        public var stallAbortSeconds = 300.0

        public init() {}
    }

    /// What happens when a step's loss or gradient is not finite: the training ends, or nobody takes that step.
    public enum NonFinitePolicy: String, ConfigurationWord {
        case stop, skip
    }

    public enum Wire: String, ConfigurationWord {
        case float32, bfloat16
    }

    /// Over which samples batch normalisation takes its statistics.
    public enum BatchNorm: String, ConfigurationWord {
        case local, logicalShard, global
    }
}

extension Experiment.DataParallelSettings: ConfigurationSection {
    mutating func visit<Keys: KeyVisitor>(_ keys: inout Keys) throws(Keys.Failure) {
        try keys.value("reproducible", &reproducible, .any)
        try keys.value("logicalShards", &logicalShards, .atLeast(1))
        try keys.value("bucketByteLimit", &bucketByteLimit, .atLeast(1))
        try keys.value("overlap", &overlap, .any)
        try keys.value("wire", &wire, .any)
        try keys.value("batchNorm", &batchNorm, .any)
        try keys.value("replicaCheckEverySteps", &replicaCheckEverySteps, .atLeast(0))
        try keys.value("nonFinite", &nonFinite, .any)
        try keys.value("stallWarningSeconds", &stallWarningSeconds, .seconds)
        try keys.value("stallAbortSeconds", &stallAbortSeconds, .seconds)
        try keys.require(
            stallAbortSeconds >= stallWarningSeconds, at: "stallAbortSeconds",
            "expected at least stallWarningSeconds, which is \(stallWarningSeconds.tree.flowText),"
                + " found \(stallAbortSeconds.tree.flowText)")
    }
}
