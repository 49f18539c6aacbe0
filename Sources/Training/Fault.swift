/// A fault made on purpose in one rank, so that tests can show what becomes of a job that meets it. No training has any use for it.
///
/// Written `kind:phase:rank:step`, such as `hang:data:1:20`.
public struct Fault: Equatable, Sendable {
    enum Kind: String, CaseIterable, Sendable {
        /// The rank throws an error.
        case fail

        /// The rank stays where it is for an hour.
        case hang

        /// The first gradient of the rank becomes NaN.
        case nan

        /// The lowest bit of the rank's first parameter is inverted.
        case flip
    }

    let kind: Kind
    let phase: Phase
    let rank: Int

    /// Counted from 1.
    let step: Int

    /// The fault in `text`; nil if it is none.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 4, let kind = Kind(rawValue: String(parts[0])),
            let phase = Phase.allCases.first(where: { "\($0)" == parts[1] }), let rank = Int(parts[2]),
            let step = Int(parts[3])
        else { return nil }
        (self.kind, self.phase, self.rank, self.step) = (kind, phase, rank, step)
    }
}

/// The error of a ``Fault`` of that kind.
struct FailureOnPurpose: Error, CustomStringConvertible {
    let description = "this rank fails on purpose."
}
