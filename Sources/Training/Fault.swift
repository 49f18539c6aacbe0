import Reports

/// A fault made on purpose in one rank, so that tests can show what becomes of a job that meets it. No training has any use for it.
///
/// Written `kind:phase:rank:step`, such as `hang:data:1:20`.
public struct Fault: Equatable, Sendable {
    enum Kind: String, CaseIterable, Sendable {
        /// The rank throws an error.
        case fail

        /// The rank stays where it is for an hour.
        case hang

        /// The rank is 30 ms late, in that step and in all after it.
        case slow

        /// The first gradient of the rank becomes NaN.
        case nan

        /// The lowest bit of the rank's first parameter is inverted.
        case flip

        /// The phases in which a fault of the kind can be met, and makes a difference.
        var phases: [Phase] {
            switch self {
            case .nan: [.backward]
            case .slow: [.data, .forward, .backward, .optimizer]
            case .fail, .hang, .flip: [.data, .forward, .backward, .optimizer, .validation, .checkpoint]
            }
        }
    }

    let kind: Kind
    let phase: Phase
    let rank: Int

    /// Counted from 1.
    let step: Int

    /// - Throws: ``FaultError`` if none of `rankCount` ranks is the one that is to meet it.
    public func requireRank(of rankCount: Int) throws {
        guard (0..<rankCount).contains(rank) else { throw FaultError.noSuchRank(rank, rankCount: rankCount) }
    }

    /// The fault in `text`.
    /// - Throws: ``FaultError`` if it is none, or one that nothing would ever meet.
    public init(_ text: String) throws {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 4, let kind = Kind(rawValue: String(parts[0])),
            let phase = Phase.allCases.first(where: { "\($0)" == parts[1] }), let rank = Int(parts[2]),
            let step = Int(parts[3])
        else { throw FaultError.notAFault }
        guard kind.phases.contains(phase) else { throw FaultError.neverMet(kind.rawValue, kind.phases.map { "\($0)" }) }
        (self.kind, self.phase, self.rank, self.step) = (kind, phase, rank, step)
    }
}

/// Why a text is no ``Fault``.
public enum FaultError: Error, Equatable, CustomStringConvertible {
    /// It is not written like one.
    case notAFault

    /// A fault of this kind is met in these phases only.
    case neverMet(String, [String])

    /// The job has no such rank.
    case noSuchRank(Int, rankCount: Int)

    public var description: String {
        switch self {
        case .notAFault:
            "A fault is kind:phase:rank:step, with one of the kinds "
                + Fault.Kind.allCases.map(\.rawValue).joined(separator: ", ") + "."
        case .neverMet(let kind, let phases):
            "A fault of the kind '\(kind)' can only be met in \(phases.joined(separator: ", "))."
        case .noSuchRank(let rank, let rankCount):
            "The fault is to meet rank \(rank), but the job has \(counted(rankCount, "rank"))."
        }
    }
}

/// The error of a ``Fault`` of that kind.
struct FailureOnPurpose: Error, CustomStringConvertible {
    let description = "this rank fails on purpose."
}
