/// One optimizer update, as logged every few steps.
public struct StepRecord: Equatable, Sendable {
    /// Updates done so far, this one included.
    public let step: Int
    /// The epoch of the step, from 1.
    public let epoch: Int
    public let loss: Double
    public let learningRate: Double
    /// Over all ranks.
    public let imagesPerSecond: Double
    public let seconds: PhaseSeconds

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
