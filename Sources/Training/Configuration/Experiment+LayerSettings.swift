public import NeuralNetwork

extension Experiment {
    /// A linear layer with bias: `{linear: 128}` or `{linear: {outputs: 128, initializer: xavierUniform}}`.
    public struct LinearSettings: Equatable, Sendable {
        public var outputs: Int
        /// How the weight starts; nil for PyTorch's way.
        public var initializer: Initializer?

        /// So many outputs.
        public init(outputs: Int) {
            self.outputs = outputs
        }
    }

    /// A convolution: `{conv2d: {channels: 32, kernel: 3, padding: 1}}`.
    public struct ConvolutionSettings: Equatable, Sendable {
        /// Output channels.
        public var channels: Int
        /// The side of the square kernel.
        public var kernel: Int
        public var stride = 1
        /// Zeros on each side of the image.
        public var padding = 0
        public var bias = true
        /// How the weight starts; nil for PyTorch's way.
        public var initializer: Initializer?

        /// So many output channels from square kernels of this side.
        public init(channels: Int, kernel: Int) {
            self.channels = channels
            self.kernel = kernel
        }
    }

    /// Pooling over square windows: `{maxPool: 2}` or `{maxPool: {kernel: 3, stride: 2, padding: 1}}`.
    public struct PoolSettings: Equatable, Sendable {
        /// The side of the window.
        public var kernel: Int
        /// Nil for windows side by side.
        public var stride: Int?
        /// Pixels on each side of the image.
        public var padding = 0

        /// Windows of this side.
        public init(kernel: Int) {
            self.kernel = kernel
        }
    }

    /// Two branches whose sum is rectified: `{residual: {main: […], shortcut: […]}}`.
    public struct ResidualSettings: Equatable, Sendable {
        public var main: [Layer]
        /// Nil for the input itself.
        public var shortcut: [Layer]?

        /// The sum of `main` and `shortcut`.
        public init(main: [Layer], shortcut: [Layer]? = nil) {
            self.main = main
            self.shortcut = shortcut
        }
    }
}

extension Experiment.LinearSettings: ConfigurationSection {
    mutating func visit<Keys: KeyVisitor>(_ keys: inout Keys) throws(Keys.Failure) {
        try keys.value("outputs", &outputs, .width)
        try keys.value("initializer", &initializer, .any)
    }

    static func read(_ tree: ConfigurationTree, key: String) throws(ConfigurationError) -> Self {
        guard case .mapping = tree.content else { return Self(outputs: try Int.read(tree, key: key, .width)) }
        return try tree.settings(Self(outputs: 0), key, needing: ["outputs"])
    }

    /// As short as it can be.
    var tree: ConfigurationTree { initializer == nil ? outputs.tree : SectionWriter.tree(of: self) }
}

extension Experiment.ConvolutionSettings: ConfigurationSection {
    mutating func visit<Keys: KeyVisitor>(_ keys: inout Keys) throws(Keys.Failure) {
        try keys.value("channels", &channels, .channels)
        try keys.value("kernel", &kernel, .windowSide)
        try keys.value("stride", &stride, .windowSide)
        try keys.value("padding", &padding, .padding)
        try keys.value("bias", &bias, .any)
        try keys.value("initializer", &initializer, .any)
    }

    static func read(_ tree: ConfigurationTree, key: String) throws(ConfigurationError) -> Self {
        try tree.settings(Self(channels: 0, kernel: 0), key, needing: ["channels", "kernel"])
    }
}

extension Experiment.PoolSettings: ConfigurationSection {
    mutating func visit<Keys: KeyVisitor>(_ keys: inout Keys) throws(Keys.Failure) {
        try keys.value("kernel", &kernel, .windowSide)
        try keys.value("stride", &stride, .windowSide)
        try keys.value("padding", &padding, .padding)
        try keys.require(
            padding <= kernel / 2 || kernel == 0, at: "padding",
            "expected at most half of kernel, which is \(kernel), found \(padding)")
    }

    static func read(_ tree: ConfigurationTree, key: String) throws(ConfigurationError) -> Self {
        guard case .mapping = tree.content else { return Self(kernel: try Int.read(tree, key: key, .windowSide)) }
        return try tree.settings(Self(kernel: 0), key, needing: ["kernel"])
    }

    /// As short as it can be.
    var tree: ConfigurationTree { self == Self(kernel: kernel) ? kernel.tree : SectionWriter.tree(of: self) }
}

extension Experiment.ResidualSettings: ConfigurationSection {
    mutating func visit<Keys: KeyVisitor>(_ keys: inout Keys) throws(Keys.Failure) {
        try keys.value("main", &main, .any)
        try keys.value("shortcut", &shortcut, .any)
        try keys.require(
            !main.isEmpty || !keys.isGiven("main"), at: "main", "expected at least one layer, found an empty list")
        try keys.require(
            shortcut != [], at: "shortcut",
            "expected at least one layer, or null for the input itself, found an empty list")
    }

    static func read(_ tree: ConfigurationTree, key: String) throws(ConfigurationError) -> Self {
        try tree.settings(Self(main: []), key, needing: ["main"])
    }
}

extension ConfigurationTree {
    /// The settings of a layer: `empty` with the keys of this mapping, among which must be those of `needed`.
    fileprivate func settings<Settings: ConfigurationSection>(
        _ empty: Settings, _ key: String, needing needed: [String]
    ) throws(ConfigurationError) -> Settings {
        var settings = empty
        try SectionReader.read(self, into: &settings, path: key)
        if let missing = needed.first(where: { entry(at: $0) == nil }) {
            throw ConfigurationError(origin, key: key, "\(missing) must be stated, found \(summary)")
        }
        return settings
    }
}

// With these bounds no size that is computed from a configuration leaves 64 bits.
extension Constraint where Value == Int {
    fileprivate static var channels: Self { .atLeast(1, atMost: 100_000) }
    fileprivate static var windowSide: Self { .atLeast(1, atMost: 255) }
    fileprivate static var padding: Self { .atLeast(0, atMost: 254) }
}
