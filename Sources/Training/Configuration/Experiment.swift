/// Everything that decides what a training run computes and how it reports: the configuration file with all its keys.
///
/// Reading is strict: an unknown key, a wrong type or an impossible value is a ``ConfigurationError``. A value made in code is
/// checked by ``validate()``. Encoding and decoding go through the same keys and the same checks.
///
/// Text becomes a `ConfigurationTree`, overrides are laid over it, `SectionReader` reads it. A new key is a property and a line in its
/// section's `visit`, and a row in `docs/configuration.md`.
public struct Experiment: Equatable, Sendable {
    /// Names the folder of its runs.
    public var name: String
    /// The seed of everything random.
    public var seed: UInt64 = 0
    public var precision = Precision.float32
    public var dataset = DatasetSettings()
    public var model = ModelSettings()
    public var loss = LossSettings()
    public var training = TrainingSettings()
    public var optimizer = OptimizerSettings()
    public var schedule = ScheduleSettings()
    public var dataParallel = DataParallelSettings()
    public var checkpoint = CheckpointSettings()
    public var logging = LoggingSettings()

    /// An experiment with every key at its default.
    public init(name: String) {
        self.name = name
    }

    /// The numbers that matrix products and convolutions are computed from; everything else is float32. `auto` is bfloat16 where all
    /// ranks' processors multiply it themselves, else float32.
    public enum Precision: String, ConfigurationWord {
        case float32, bfloat16, auto
    }
}

extension Experiment: ConfigurationSection {
    mutating func visit<Keys: KeyVisitor>(_ keys: inout Keys) throws(Keys.Failure) {
        try keys.value("name", &name, .folderName)
        try keys.value("seed", &seed, .any)
        try keys.value("precision", &precision, .any)
        try keys.section("dataset", &dataset)
        try keys.section("model", &model)
        try keys.section("loss", &loss)
        try keys.section("training", &training)
        try keys.section("optimizer", &optimizer)
        try keys.section("schedule", &schedule)
        try keys.section("dataParallel", &dataParallel)
        try keys.section("checkpoint", &checkpoint)
        try keys.section("logging", &logging)
        try requireStepCutIntoShards(&keys)
    }
}

extension Experiment {
    /// Where a step is cut into logical shards, its size and its pieces cannot depend on the launch.
    private func requireStepCutIntoShards<Keys: KeyVisitor>(_ keys: inout Keys) throws(Keys.Failure) {
        let settings = dataParallel
        try keys.require(
            settings.resolvedBatchNorm != .global || training.accumulationSteps == 1, at: "training.accumulationSteps",
            "with dataParallel.batchNorm: global the statistics are those of the whole step, which cannot be computed in "
                + "pieces; expected 1, found \(training.accumulationSteps)")
        guard settings.reproducible || settings.resolvedBatchNorm == .logicalShard else { return }
        let mode = settings.reproducible ? "dataParallel.reproducible" : "dataParallel.batchNorm: logicalShard"
        try keys.require(
            training.accumulationSteps == 1, at: "training.accumulationSteps",
            "\(mode) already computes by logical shards; expected 1, found \(training.accumulationSteps)")
        if settings.reproducible, case .perRank = training.batch {
            try keys.require(
                false, at: "training.batchSize",
                "\(mode) needs a step whose size does not depend on the number of ranks; state training.globalBatchSize"
            )
        }
    }
}
