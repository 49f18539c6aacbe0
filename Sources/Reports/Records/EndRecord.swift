/// How a run ended.
public struct EndRecord: Equatable, Sendable {
    /// How it ended.
    public enum Status: String, Sendable {
        /// All steps were done.
        case finished
        /// Checkpointed and stopped on request.
        case stopped
        /// Ended by an error.
        case failed
    }

    /// How it ended.
    public let status: Status
    /// Updates done.
    public let step: Int
    /// Of these, the ones in which something was not finite and that nobody took.
    public let skippedSteps: Int
    /// Of the last validation; nil if there was none.
    public let validationLoss: Double?
    /// Of the last validation; nil if there was none.
    public let validationAccuracy: Double?
    /// SHA-256, in hex, of all parameters and buffers; nil if they could not be digested.
    public let parametersDigest: String?
    /// Seconds since the start, evaluation included.
    public let seconds: Double
    /// By rank, the seconds of its own part of the steps, until it waited for the others; empty on one rank.
    public let arrivalSeconds: [Double]

    /// A record of these.
    public init(
        status: Status, step: Int, skippedSteps: Int = 0, validationLoss: Double?, validationAccuracy: Double?,
        parametersDigest: String?, seconds: Double, arrivalSeconds: [Double] = []
    ) {
        self.status = status
        self.step = step
        self.skippedSteps = skippedSteps
        self.validationLoss = validationLoss
        self.validationAccuracy = validationAccuracy
        self.parametersDigest = parametersDigest
        self.seconds = seconds
        self.arrivalSeconds = arrivalSeconds
    }
}
