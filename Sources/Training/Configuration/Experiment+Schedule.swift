public import Optimization

extension Experiment {
    /// How the learning rate changes over the training.
    public struct ScheduleSettings: Equatable, Sendable {
        public var warmupEpochs = 0
        public var warmupFrom = WarmupStart.reference
        public var decay = Decay.none
        /// The epochs after which step decay multiplies the rate by `factor`.
        public var milestones: [Int] = []
        public var factor = 0.1

        public init() {}
    }

    /// The rate that warm-up starts from.
    public typealias WarmupStart = LearningRateSchedule.WarmupStart

    /// What follows the warm-up.
    public enum Decay: String, ConfigurationWord {
        case none, cosine, step
    }
}

extension Experiment.ScheduleSettings: ConfigurationSection {
    mutating func visit<Keys: KeyVisitor>(_ keys: inout Keys) throws(Keys.Failure) {
        try keys.value("warmupEpochs", &warmupEpochs, .atLeast(0))
        try keys.value("warmupFrom", &warmupFrom, .any)
        try keys.value("decay", &decay, .any)
        try keys.value("milestones", &milestones, .atLeast(1))
        try keys.value("factor", &factor, .that("a number above 0 and up to 1") { $0 > 0 && $0 <= 1 })

        let increasing = zip(milestones, milestones.dropFirst()).allSatisfy(<)
        try keys.require(increasing, at: "milestones", "expected increasing epochs, found \(milestones)")
        try keys.require(
            decay != .step || !milestones.isEmpty, at: "milestones",
            "decay: step needs at least one milestone, found none")
        try keys.require(
            decay == .step || milestones.isEmpty, at: "milestones",
            "only decay: step has milestones, found decay: \(decay.rawValue)")
    }
}

extension LearningRateSchedule.WarmupStart: ConfigurationWord {}
