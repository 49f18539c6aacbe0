/// How far the running epoch is.
public struct EpochProgress: Equatable, Sendable {
    /// The running epoch, from 1, and how many there are.
    public let epoch: Int
    /// The epochs of the run.
    public let epochs: Int
    /// Updates done in this epoch, and how many it has.
    public let step: Int
    /// The steps of the epoch.
    public let steps: Int
    /// That of the last step.
    public let loss: Double
    /// Over all ranks.
    public let imagesPerSecond: Double
    /// Seconds to the end, as estimated; nil while unknown.
    public let remainingSeconds: Double?

    /// A state of these.
    public init(
        epoch: Int, epochs: Int, step: Int, steps: Int, loss: Double, imagesPerSecond: Double,
        remainingSeconds: Double?
    ) {
        self.epoch = epoch
        self.epochs = epochs
        self.step = step
        self.steps = steps
        self.loss = loss
        self.imagesPerSecond = imagesPerSecond
        self.remainingSeconds = remainingSeconds
    }
}
