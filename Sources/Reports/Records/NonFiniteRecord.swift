/// A step in which something was infinite or not a number.
public struct NonFiniteRecord: Equatable, Sendable {
    /// The step, counted from 1.
    public let step: Int
    /// What it was, such as "the loss".
    public let place: String
    /// The ranks that had it.
    public let ranks: [Int]
    /// The samples of the first of these ranks in the step, as indices into the dataset.
    public let samples: [Int]
    /// Whether the training goes on without the step.
    public let isSkipped: Bool

    /// A record of these.
    public init(step: Int, place: String, ranks: [Int], samples: [Int], isSkipped: Bool) {
        self.step = step
        self.place = place
        self.ranks = ranks
        self.samples = samples
        self.isSkipped = isSkipped
    }
}
