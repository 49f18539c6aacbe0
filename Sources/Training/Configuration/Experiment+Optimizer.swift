public import Optimization

extension Experiment {
    /// How gradients move the parameters.
    public struct OptimizerSettings: Equatable, Sendable {
        public var name = OptimizerName.sgd
        /// The rate for `referenceBatchSize` samples a step; zero moves nothing, which serves for measuring.
        public var learningRate = 0.1
        public var referenceBatchSize = 256
        public var scaling = Scaling.linear
        public var momentum = 0.0
        public var nesterov = false
        public var weightDecay = 0.0
        /// The parameters that decay does not touch.
        public var noDecayOn: [String] = []

        public init() {}
    }

    public enum OptimizerName: String, ConfigurationWord {
        case sgd, adamw, lars
    }

    /// How the rate is carried from the reference batch to the global batch.
    public typealias Scaling = ScalingRule
}

extension ScalingRule: ConfigurationWord {}

extension Experiment.OptimizerSettings: ConfigurationSection {
    mutating func visit<Keys: KeyVisitor>(_ keys: inout Keys) throws(Keys.Failure) {
        try keys.value("name", &name, .any)
        try keys.value("learningRate", &learningRate, .notNegative)
        try keys.value("referenceBatchSize", &referenceBatchSize, .atLeast(1))
        try keys.value("scaling", &scaling, .any)
        // As Float, since the optimizer computes in float32: there 0.99999999 would be 1.
        try keys.value(
            "momentum", &momentum, .that("a number from 0 up to, not including, 1") { $0 >= 0 && Float($0) < 1 })
        try keys.value("nesterov", &nesterov, .any)
        try keys.value("weightDecay", &weightDecay, .notNegative)
        try keys.value("noDecayOn", &noDecayOn, .any)
        try keys.require(
            !nesterov || momentum > 0, at: "nesterov", "true needs a momentum above 0, found \(momentum.tree.flowText)")
    }
}
