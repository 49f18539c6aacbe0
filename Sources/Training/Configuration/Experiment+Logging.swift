extension Experiment {
    /// What a run tells about itself.
    public struct LoggingSettings: Equatable, Sendable {
        /// Steps from one log line to the next.
        public var everySteps = 50
        public var tensorBoard = false
        public var timeline = false

        public init() {}
    }
}

extension Experiment.LoggingSettings: ConfigurationSection {
    mutating func visit<Keys: KeyVisitor>(_ keys: inout Keys) throws(Keys.Failure) {
        try keys.value("everySteps", &everySteps, .atLeast(1))
        try keys.value("tensorBoard", &tensorBoard, .any)
        try keys.value("timeline", &timeline, .any)
    }
}
