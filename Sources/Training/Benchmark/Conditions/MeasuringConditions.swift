import Foundation

/// Whether what was measured says anything about the program, or about what else the machine had to do.
///
/// There are two signs: processor time that went to others, and figures that differ from repeat to repeat more than they should.
/// The second is for a virtual machine that does not tell its guests about their neighbours.
public struct MeasuringConditions: Equatable, Sendable {
    /// The part of the cores' time that went to others, in [0, 1].
    public let othersShare: Double

    /// What the middle half of the repeats spans, as a share of their median.
    public let spread: Double

    private let wereWatched: Bool

    init(_ use: CoreUse, spread: Double) {
        othersShare = use.othersShare
        self.spread = spread
        wereWatched = true
    }

    private init() {
        (othersShare, spread, wereWatched) = (0, 0, false)
    }

    /// Nothing was measured whose cores could have been free.
    static let unwatched = MeasuringConditions()

    /// Whether the figures may be judged.
    public var coresWereFree: Bool {
        wereWatched && othersShare <= Self.mostOfOthers && spread <= Self.largestSpread
    }

    /// Why nothing is judged; nil if it may be.
    public var complaint: String? {
        guard wereWatched else { return "All points have more ranks and threads than cores, so nothing is judged." }
        if othersShare > Self.mostOfOthers {
            return String(
                format: "The cores were not free: %.0f %% of their time went to others, so nothing is judged.",
                othersShare * 100)
        }
        guard spread > Self.largestSpread else { return nil }
        return String(
            format: "The repeats lie %.0f %% apart, as if the cores were not free, so nothing is judged.", spread * 100)
    }

    /// One core of two half busy with others costs a tenth of the speed, and more in memory bandwidth.
    private static let mostOfOthers = 0.05

    /// Free cores of a virtual machine with a drifting clock stay well below.
    private static let largestSpread = 0.15
}
