import Foundation
import Reports

/// The points of one configuration, and whether they may be judged.
public struct ScalingReport: Sendable {
    /// In the order of modes and numbers of ranks.
    public let points: [ScalingPoint]

    /// Why nothing is judged; nil if it may be.
    let complaint: String?

    /// The report as lines for people. What says nothing about scaling gets no speed-up, and no line at the end.
    public var table: String {
        ([title] + [Self.head] + points.map(row) + remarks + (complaint.map { [$0] } ?? summary))
            .joined(separator: "\n")
    }

    private var title: String {
        guard let first = points.first else { return "" }
        return
            "\(first.name): \(counted(first.repeats, "repeat")) of \(counted(first.steps, "step")), \(counted(first.threads, "thread")) per rank, "
            + "\(first.reproducible ? "reproducible" : "fast"), overlap \(first.overlap)"
    }

    private static let head =
        "  mode   ranks  batch    images/s  spread  speed-up  efficiency  bytes/step"
        + "  ms/step:  data  compute  waiting  transfer  optimizer   rest"

    private func row(_ point: ScalingPoint) -> String {
        let isJudged = complaint == nil && !point.oversubscribed
        let speedUp =
            isJudged
            ? String(format: "%9.2f  %8.1f %%", point.speedUp, point.efficiency * 100) : "        –           –"
        let times = zip([15, 9, 9, 10, 11, 7], point.seconds.values).map { String(format: "%\($0.0).3f", $0.1 * 1000) }
        let start = String(
            format: "%4d%@%7d  %10.0f  %4.1f %%", point.ranks, point.oversubscribed ? "*" : " ", point.globalBatchSize,
            point.imagesPerSecond, point.spread * 100)
        return "  \(point.mode.rawValue.padded(7))\(start) \(speedUp)  \(String(format: "%10d", point.bytesPerStep))"
            + times.joined()
    }

    private var remarks: [String] {
        let crowded =
            points.contains(where: \.oversubscribed) ? ["* more ranks and threads than cores: not judged"] : []
        let short = points.filter { $0.globalBatchSize < $0.wantedBatchSize }.map {
            "On \(counted($0.ranks, "rank")) (\($0.mode.rawValue)) a step has \($0.globalBatchSize) samples, all of the dataset, instead of \($0.wantedBatchSize)."
        }
        return crowded + short
            + points.filter { !$0.digestsAgree }.map {
                "The repeats on \($0.ranks) ranks (\($0.mode.rawValue)) did not all end on the same parameters."
            }
    }

    /// One line for each point that says something about scaling.
    private var summary: [String] {
        let fewest = points.map(\.ranks).min() ?? 1
        return points.filter { !$0.oversubscribed && $0.ranks > fewest }.map {
            String(
                format: "%@, %@: %d ranks do %.2f times the work of %d (efficiency %.1f %%)", $0.name, $0.mode.rawValue,
                $0.ranks, $0.speedUp, fewest, $0.efficiency * 100)
        }
    }
}

extension String {
    /// At least `width` characters, blanks behind.
    fileprivate func padded(_ width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
