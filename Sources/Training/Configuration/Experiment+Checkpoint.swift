extension Experiment {
    /// When checkpoints are written, and how many are kept.
    public struct CheckpointSettings: Equatable, Sendable {
        /// Epochs from one checkpoint to the next; nil for none at the end of an epoch.
        public var everyEpochs: Int? = 1
        /// Steps from one checkpoint to the next; nil for none within an epoch.
        public var everySteps: Int?
        /// How many of the newest stay.
        public var keep = 3
        public var onWriteFailure = WriteFailurePolicy.stop

        public init() {}
    }

    /// What happens when a checkpoint cannot be written.
    public enum WriteFailurePolicy: String, ConfigurationWord {
        case stop, `continue`
    }
}

extension Experiment.CheckpointSettings: ConfigurationSection {
    mutating func visit<Keys: KeyVisitor>(_ keys: inout Keys) throws(Keys.Failure) {
        try keys.value("everyEpochs", &everyEpochs, .atLeast(1))
        try keys.value("everySteps", &everySteps, .atLeast(1))
        try keys.value("keep", &keep, .atLeast(1))
        try keys.value("onWriteFailure", &onWriteFailure, .any)
    }
}
