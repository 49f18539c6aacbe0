/// One epoch and the validation after it.
public struct EpochRecord: Equatable, Sendable {
    /// The epoch, from 1.
    public let epoch: Int
    /// Updates done so far.
    public let step: Int
    /// The mean over the epoch's samples, each with the parameters of its step.
    public let trainLoss: Double
    /// The share of correct answers, 0 to 1; nil where answers are not labels.
    public let trainAccuracy: Double?
    /// Nil without a validation set.
    public let validationLoss: Double?
    /// The share of correct answers, 0 to 1; nil without a validation set.
    public let validationAccuracy: Double?
    /// Seconds of the training loop, evaluation excluded.
    public let seconds: Double
    /// Of the training loop over all ranks, evaluation excluded.
    public let imagesPerSecond: Double

    /// A record of these.
    public init(
        epoch: Int, step: Int, trainLoss: Double, trainAccuracy: Double?, validationLoss: Double?,
        validationAccuracy: Double?, seconds: Double, imagesPerSecond: Double
    ) {
        self.epoch = epoch
        self.step = step
        self.trainLoss = trainLoss
        self.trainAccuracy = trainAccuracy
        self.validationLoss = validationLoss
        self.validationAccuracy = validationAccuracy
        self.seconds = seconds
        self.imagesPerSecond = imagesPerSecond
    }
}
