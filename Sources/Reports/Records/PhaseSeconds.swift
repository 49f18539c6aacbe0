/// Where the time of a step, or of several, went: seconds by phase.
public struct PhaseSeconds: Equatable, Sendable {
    public var data: Double
    public var forward: Double
    public var backward: Double
    public var communication: Double
    public var waiting: Double
    public var optimizer: Double

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
