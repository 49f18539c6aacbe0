extension Experiment {
    /// How the ranks work together.
    public struct DataParallelSettings: Equatable, Sendable {
        /// The same bits on any number of ranks.
        public var reproducible = false
        public var logicalShards = 8
        public var bucketByteLimit = 4_194_304
        /// Whether gradients travel while the backward pass goes on.
        public var overlap = Overlap.auto
        /// The number format in which gradients travel.
        public var wire = Wire.float32
        /// Whether ranks on one host may add gradients where they lie, in memory that all of them see.
        public var sharedMemory = true
        /// Over what batch normalisation takes its statistics; nil for ``resolvedBatchNorm``'s choice.
        public var batchNorm: BatchNorm?
        /// Steps between comparisons of the ranks' parameters; zero for never.
        public var replicaCheckEverySteps = 0
        public var nonFinite = NonFinitePolicy.stop
        public var stallWarningSeconds = 30.0
        public var stallAbortSeconds = 300.0

        public init() {}

        /// As stated, or what fits the mode.
        public var resolvedBatchNorm: BatchNorm {
            batchNorm ?? (reproducible ? .logicalShard : .local)
        }
    }

    /// What happens when a step's loss or gradient is not finite: the training ends, or nobody takes that step.
    public enum NonFinitePolicy: String, ConfigurationWord {
        case stop, skip
    }

    /// Whether gradients travel while the backward pass goes on; `auto` decides by sizes, ranks and hosts.
    public enum Overlap: String, ConfigurationWord {
        case auto
        case always = "true"
        case never = "false"
    }

    public enum Wire: String, ConfigurationWord {
        case float32, bfloat16
    }

    /// Over which samples batch normalisation takes its statistics.
    public enum BatchNorm: String, ConfigurationWord {
        /// What a rank computes at once: its slice, or a piece of it.
        case local
        /// A logical shard of the step.
        case logicalShard
        /// All of the step, on all ranks.
        case global
    }
}

extension Experiment.DataParallelSettings: ConfigurationSection {
    mutating func visit<Keys: KeyVisitor>(_ keys: inout Keys) throws(Keys.Failure) {
        try keys.value("reproducible", &reproducible, .any)
        try keys.value("logicalShards", &logicalShards, .atLeast(1, atMost: 65536))
        try keys.value("bucketByteLimit", &bucketByteLimit, .atLeast(1))
        try keys.value("overlap", &overlap, .any)
        try keys.value("wire", &wire, .any)
        try keys.value("sharedMemory", &sharedMemory, .any)
        try keys.value("batchNorm", &batchNorm, .any)
        try keys.value("replicaCheckEverySteps", &replicaCheckEverySteps, .atLeast(0))
        try keys.value("nonFinite", &nonFinite, .any)
        try keys.value("stallWarningSeconds", &stallWarningSeconds, .seconds)
        try keys.value("stallAbortSeconds", &stallAbortSeconds, .seconds)
        try requireConsistentReduction(&keys)
        try requireWarningBeforeAbort(&keys)
    }
}

extension Experiment.DataParallelSettings {
    /// Blames the key that is not at its default.
    private func requireWarningBeforeAbort<Keys: KeyVisitor>(_ keys: inout Keys) throws(Keys.Failure) {
        let (warning, abort) = (stallWarningSeconds.tree.flowText, stallAbortSeconds.tree.flowText)
        if stallAbortSeconds == Self().stallAbortSeconds {
            try keys.require(
                stallAbortSeconds >= stallWarningSeconds, at: "stallWarningSeconds",
                "expected at most stallAbortSeconds, which is \(abort), found \(warning)")
        } else {
            try keys.require(
                stallAbortSeconds >= stallWarningSeconds, at: "stallAbortSeconds",
                "expected at least stallWarningSeconds, which is \(warning), found \(abort)")
        }
    }

    /// What the reproducible sum is made of is fixed; what would change it is refused.
    private func requireConsistentReduction<Keys: KeyVisitor>(_ keys: inout Keys) throws(Keys.Failure) {
        try keys.require(
            !(reproducible && wire == .bfloat16), at: "wire",
            "bfloat16 rounds what travels, which depends on the number of ranks; dataParallel.reproducible needs float32"
        )
        try keys.require(
            !reproducible || resolvedBatchNorm == .logicalShard, at: "batchNorm",
            "\(resolvedBatchNorm.rawValue) statistics depend on the number of ranks; dataParallel.reproducible needs logicalShard"
        )
        try keys.require(
            !(reproducible && overlap == .always), at: "overlap",
            "dataParallel.reproducible adds whole shards, so nothing can travel during the backward pass; use auto or false"
        )
        try keys.require(
            !(overlap == .always && wire == .bfloat16), at: "overlap",
            "what travels as bfloat16 is added by the ranks themselves, after the backward pass; use auto or false")
        try keys.require(
            !(overlap == .always && resolvedBatchNorm == .global), at: "overlap",
            "with batchNorm: global the ranks exchange statistics during the backward pass; use auto or false")
    }
}

extension Experiment.Overlap {
    init?(_ content: ConfigurationTree.Content) {
        switch content {
        case .text("auto"): self = .auto
        case .bool(let always): self = always ? .always : .never
        default: return nil
        }
    }

    var tree: ConfigurationTree {
        ConfigurationTree(self == .auto ? .text("auto") : .bool(self == .always))
    }
}
