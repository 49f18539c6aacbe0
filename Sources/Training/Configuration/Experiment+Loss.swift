public import NeuralNetwork

extension Experiment {
    /// What is minimised.
    public struct LossSettings: Equatable, Sendable {
        public var name = Loss.crossEntropy

        public init() {}
    }
}

extension Loss: ConfigurationWord {}

extension Experiment.LossSettings: ConfigurationSection {
    mutating func visit<Keys: KeyVisitor>(_ keys: inout Keys) throws(Keys.Failure) {
        try keys.value("name", &name, .any)
    }
}
