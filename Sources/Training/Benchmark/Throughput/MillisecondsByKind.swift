import Foundation
import TensorCore

/// Where the time of a step goes, in milliseconds.
public struct MillisecondsByKind: Codable, Equatable, Sendable {
    /// oneDNN's primitives.
    public var kernel = 0.0

    /// What operations do by loops of their own: pooling, normalisation, rectifiers, losses.
    public var loop = 0.0

    /// Changes of memory layout.
    public var reorder = 0.0

    /// Gathering the samples.
    public var data = 0.0

    /// The update of the parameters.
    public var optimizer = 0.0

    /// All that has no line of its own.
    public var everythingElse = 0.0

    /// No time at all.
    init() {}

    init(_ profile: OperationProfile, steps: Int) {
        for entry in profile.entries {
            let milliseconds = entry.seconds / Double(steps) * 1000
            let kernelMilliseconds = entry.kernelSeconds / Double(steps) * 1000
            if entry.isReorder {
                reorder += milliseconds
            } else {
                kernel += kernelMilliseconds
                loop += milliseconds - kernelMilliseconds
            }
        }
    }

    /// Operations of any kind.
    var operations: Double { kernel + loop + reorder }

    /// One line for people.
    var line: String {
        let parts = [
            ("kernel", kernel), ("loop", loop), ("reorder", reorder), ("data", data), ("optimizer", optimizer),
            ("everything else", everythingElse),
        ]
        return parts.map { "\($0.0) \(String(format: "%.3f", $0.1))" }.joined(separator: ", ") + " ms"
    }
}
