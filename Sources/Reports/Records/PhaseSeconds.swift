/// Where the time of a step, or of several, went: seconds by phase.
public struct PhaseSeconds: Equatable, Sendable {
    /// Gathering the samples.
    public var data: Double
    /// The forward pass.
    public var forward: Double
    /// The backward pass.
    public var backward: Double
    /// Summing the gradients over the ranks.
    public var communication: Double
    /// Waiting for the ranks that are still computing.
    public var waiting: Double
    /// The update of the parameters.
    public var optimizer: Double

    /// Seconds of each phase.
    public init(
        data: Double = 0, forward: Double = 0, backward: Double = 0, communication: Double = 0, waiting: Double = 0,
        optimizer: Double = 0
    ) {
        self.data = data
        self.forward = forward
        self.backward = backward
        self.communication = communication
        self.waiting = waiting
        self.optimizer = optimizer
    }
}
