public import Optimization

extension Experiment {
    /// How gradients move the parameters.
    public struct OptimizerSettings: Equatable, Sendable {
        public var name = OptimizerName.sgd
        /// The rate for `referenceBatchSize` samples a step; zero moves nothing, which serves for measuring.
        public var learningRate = 0.1
        /// The rate of AdamW if none is stated, PyTorch's: it moves each parameter by about the rate, however small the gradient.
        static let adamwLearningRate = 0.001
        public var referenceBatchSize = 256
        public var scaling = Scaling.linear
        /// Of SGD.
        public var momentum = 0.0
        /// Of SGD.
        public var nesterov = false
        /// Of AdamW.
        public var coefficients = AdamW.Coefficients()
        public var weightDecay = 0.0
        /// The kinds of parameters that decay does not touch.
        public var noDecayOn: [UndecayedKind] = []

        public init() {}
    }

    public enum OptimizerName: String, ConfigurationWord {
        case sgd, adamw, lars
    }

    /// What decay can be kept from.
    public enum UndecayedKind: String, ConfigurationWord {
        /// What is added to a layer's outputs.
        case bias
        /// The scale and shift of a normalisation.
        case norm
    }

    /// How the rate is carried from the reference batch to the global batch.
    public typealias Scaling = ScalingRule
}

extension ScalingRule: ConfigurationWord {}

extension Experiment.OptimizerSettings: ConfigurationSection {
    mutating func visit<Keys: KeyVisitor>(_ keys: inout Keys) throws(Keys.Failure) {
        try keys.value("name", &name, .any)
        if name == .adamw && keys.isGiven("name") { learningRate = Self.adamwLearningRate }
        try keys.value("learningRate", &learningRate, .notNegative)
        try keys.value("referenceBatchSize", &referenceBatchSize, .atLeast(1))
        try keys.value("scaling", &scaling, .any)
        try keys.value("momentum", &momentum, .decayRate)
        try keys.value("nesterov", &nesterov, .any)
        try visitCoefficients(&keys)
        try keys.value("weightDecay", &weightDecay, .notNegative)
        try keys.value("noDecayOn", &noDecayOn, .any)
        try keys.require(
            momentum == 0 || name != .adamw, at: "momentum",
            "adamw has beta1 and beta2 instead, found \(momentum.tree.flowText)")
        try keys.require(
            !nesterov || momentum > 0, at: "nesterov", "true needs a momentum above 0, found \(momentum.tree.flowText)")
    }

    /// The keys of AdamW: null with the other optimizers.
    private mutating func visitCoefficients<Keys: KeyVisitor>(_ keys: inout Keys) throws(Keys.Failure) {
        let own = name == .adamw ? coefficients : nil
        var (beta1, beta2, epsilon) = (own?.beta1, own?.beta2, own?.epsilon)
        try keys.value("beta1", &beta1, .decayRate)
        try keys.value("beta2", &beta2, .decayRate)
        try keys.value("epsilon", &epsilon, .positive)
        for (key, value) in [("beta1", beta1), ("beta2", beta2), ("epsilon", epsilon)] {
            try keys.require(name == .adamw || value == nil, at: key, "only the optimizer adamw has it")
        }
        coefficients.beta1 = beta1 ?? coefficients.beta1
        coefficients.beta2 = beta2 ?? coefficients.beta2
        coefficients.epsilon = epsilon ?? coefficients.epsilon
    }
}

extension Constraint where Value == Double {
    /// How much of a running mean stays. As Float, since optimizers compute in float32: there 0.99999999 would be 1.
    fileprivate static var decayRate: Self {
        .that("a number from 0 up to, not including, 1") { $0 >= 0 && Float($0) < 1 }
    }
}
