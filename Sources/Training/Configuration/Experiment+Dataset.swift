extension Experiment {
    /// Which examples to train on, and what happens to them on the way.
    public struct DatasetSettings: Equatable, Sendable {
        public var name = "fashion-mnist"
        /// The folder that holds the files; nil searches the usual places.
        public var path: String?
        /// How many training examples to use, from the first on; nil for all.
        public var limit: Int?
        /// The classes to keep; nil for all.
        public var classes: [Verbatim]?
        public var transforms: [Verbatim] = []
        /// What serves as validation set.
        public var validation = Verbatim("test")
        /// Threads that read ahead.
        public var workers = 0

        public init() {}
    }
}

extension Experiment.DatasetSettings: ConfigurationSection {
    mutating func visit<Keys: KeyVisitor>(_ keys: inout Keys) throws(Keys.Failure) {
        try keys.value("name", &name, .any)
        try keys.value("path", &path, .path)
        try keys.value("limit", &limit, .atLeast(1))
        try keys.value("classes", &classes, .any)
        try keys.value("transforms", &transforms, .any)
        try keys.value("validation", &validation, .any)
        try keys.value("workers", &workers, .atLeast(0))
    }
}
