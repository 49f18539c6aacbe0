/// One optimizer update, as logged every few steps.
public struct StepRecord: Equatable, Sendable {
    /// Updates done so far, this one included.
    public let step: Int
    /// The epoch of the step, from 1.
    public let epoch: Int
    /// The mean over the step's samples on all ranks.
    public let loss: Double
    /// The rate of this update.
    public let learningRate: Double
    /// Over all ranks.
    public let imagesPerSecond: Double
    /// Where the time since the last record went.
    public let seconds: PhaseSeconds

    /// A record of these.
    public init(
        step: Int, epoch: Int, loss: Double, learningRate: Double, imagesPerSecond: Double, seconds: PhaseSeconds
    ) {
        self.step = step
        self.epoch = epoch
        self.loss = loss
        self.learningRate = learningRate
        self.imagesPerSecond = imagesPerSecond
        self.seconds = seconds
    }
}
