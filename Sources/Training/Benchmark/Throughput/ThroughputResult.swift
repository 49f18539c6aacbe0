import Foundation

/// What a throughput benchmark of several models writes as JSON.
public struct ThroughputResults: Codable, Sendable {
    /// One entry a model and number of threads.
    public let results: [ThroughputResult]

    /// A list of results.
    public init(results: [ThroughputResult]) {
        self.results = results
    }
}

/// The speed of one model's training steps. All figures are medians over the repeats.
public struct ThroughputResult: Codable, Sendable {
    /// The experiment's name.
    public let model: String
    /// Threads of the one rank.
    public let threads: Int
    /// What products are of: `float32`, `bfloat16` or `emulatedBFloat16`.
    public let precision: String
    /// Samples per step.
    public let batchSize: Int
    /// Training steps, data included.
    public let imagesPerSecond: Double
    /// oneDNN's kernels alone.
    public let kernelLimitImagesPerSecond: Double
    /// The median of the ratios of the two, pair by pair.
    public let shareOfKernelLimit: Double
    /// The speed over that on the fewest threads of the same call, repeat by repeat.
    public let speedUp: Double
    /// The fastest repeat less the slowest, as a share of the median.
    public let spread: Double
    /// Whether the cores were free of others, without which the ratios say nothing.
    public let coresWereFree: Bool
    /// The part of the cores' time that went to others, in [0, 1].
    public let othersShareOfCores: Double
    /// Milliseconds per step.
    public let millisecondsByOperation: [String: Double]
    /// The same by kind.
    public let millisecondsByKind: MillisecondsByKind
    /// The most memory that the process held for this model so far.
    public let peakMemoryBytes: Int
    /// Why nothing is judged; nil if it may be.
    public let complaint: String?

    init(
        model: String, threads: Int, precision: String, batchSize: Int, imagesPerSecond: Double,
        kernelLimitImagesPerSecond: Double, shareOfKernelLimit: Double, speedUp: Double, spread: Double,
        conditions: MeasuringConditions,
        millisecondsByOperation: [String: Double], millisecondsByKind: MillisecondsByKind, peakMemoryBytes: Int
    ) {
        self.model = model
        self.threads = threads
        self.precision = precision
        self.batchSize = batchSize
        self.imagesPerSecond = imagesPerSecond
        self.kernelLimitImagesPerSecond = kernelLimitImagesPerSecond
        self.shareOfKernelLimit = shareOfKernelLimit
        self.speedUp = speedUp
        self.spread = spread
        coresWereFree = conditions.coresWereFree
        othersShareOfCores = conditions.othersShare
        complaint = conditions.complaint
        self.millisecondsByOperation = millisecondsByOperation
        self.millisecondsByKind = millisecondsByKind
        self.peakMemoryBytes = peakMemoryBytes
    }
}

extension ThroughputResult {
    /// The result as lines for people. Nothing is judged if the cores were not free.
    public var table: String {
        let rows = millisecondsByOperation.sorted { $0.value > $1.value }.map {
            String(format: "  %9.3f ms  %@", $0.value, $0.key)
        }
        return ([head, complaint.map { "  \($0)" }, "  in all: \(millisecondsByKind.line)"] + rows)
            .compactMap(\.self).joined(separator: "\n")
    }

    private var head: String {
        let limit = String(format: "kernel limit %.0f", kernelLimitImagesPerSecond)
        let share = coresWereFree ? String(format: "%.1f %% of the %@", shareOfKernelLimit * 100, limit) : limit
        let speedUp =
            coresWereFree && self.speedUp != 1 ? String(format: ", %.2f times the fewest threads", self.speedUp) : ""
        return String(
            format: "%@: %.0f images/s, %@%@ (%d thread%@, %@, batch %d, spread %.1f %%, %d MB)", model,
            imagesPerSecond,
            share, speedUp, threads, threads == 1 ? "" : "s", precision, batchSize, spread * 100, peakMemoryBytes >> 20)
    }
}
