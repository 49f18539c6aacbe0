/// What a wait does while nothing happens.
public struct WaitPolicy: Sendable {
    /// Polls before the waiting thread starts to yield its core after every poll.
    public var pollsBeforeYield = 200

    /// Seconds after which `report` is called once per wait; nil: never.
    public var warningSeconds: Double?

    /// Seconds after which the wait throws ``CommunicationError/stalled(operation:rank:seconds:)``; nil: never.
    public var abortSeconds: Double?

    /// Receives the text of a warning.
    public var report: @Sendable (String) -> Void = { _ in }

    /// A policy that waits without end and without a word.
    public init() {}
}
