/// What a wait does while nothing happens.
public struct WaitPolicy: Sendable {
    /// Polls before the waiting thread starts to yield its core after every poll.
    public var pollsBeforeYield = 200

    /// Seconds after which `report` is called once per wait; nil: never.
    public var warningSeconds: Double?

    /// Seconds after which the wait throws ``CommunicationError/stalled(_:)``; nil: never.
    public var abortSeconds: Double?

    /// Receives the text of a warning.
    public var report: @Sendable (String) -> Void = { _ in }

    /// Where this rank says what it does.
    public var board = PhaseBoard()

    /// A policy that waits without end and without a word.
    public init() {}

    /// How long a rank that asks waits for answers, and how long one has waited before it answers.
    var answerSeconds: Double {
        guard let first = warningSeconds ?? abortSeconds else { return .infinity }
        return min(1, max(first / 3, Self.shortestAnswerSeconds))
    }

    private static let shortestAnswerSeconds = 0.02
}
