public import Communication

/// One thing that every communicator must do, checked by all ranks of it together.
///
/// Each check compares with a closed form in rank and size, so that no rank needs another's data to know what is right. It notes
/// what differs and goes on: a rank that stopped half-way would leave the others waiting.
public struct Requirement: Sendable, CustomStringConvertible {
    /// The requirement, as a test's name: `subject_condition_expectation`.
    public let name: String

    private let body: @Sendable (any Communicator, Findings) throws -> Void

    init(_ name: String, _ body: @escaping @Sendable (any Communicator, Findings) throws -> Void) {
        self.name = name
        self.body = body
    }

    public var description: String { name }

    // Collective: all ranks must reach this.
    /// What this rank found to differ from the requirement.
    public func findings(on communicator: any Communicator) throws -> [String] {
        let findings = Findings(rank: communicator.rank)
        try body(communicator, findings)
        return findings.sentences
    }

    /// Every requirement of the protocol ``Communication/Communicator`` and of what is built on it.
    public static let all = identity + collectives + requests + notes + sharedMemory
}
