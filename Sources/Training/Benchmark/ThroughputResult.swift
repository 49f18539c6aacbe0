import Foundation

/// What a throughput benchmark of several models writes as JSON.
public struct ThroughputResults: Codable, Sendable {
    /// One entry a model.
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
    /// Samples per step.
    public let batchSize: Int
    /// Training steps, data included.
    public let imagesPerSecond: Double
    /// oneDNN's kernels alone.
    public let kernelLimitImagesPerSecond: Double
    /// The median of the ratios of the two, pair by pair.
    public let shareOfKernelLimit: Double
    /// Milliseconds per step.
    public let millisecondsByOperation: [String: Double]
    /// The process's largest memory so far.
    public let peakMemoryBytes: Int

    /// The result as lines for people.
    public var table: String {
        let head = String(
            format: "%@: %.0f images/s, %.1f %% of the kernel limit of %.0f (%d thread(s), batch %d, %d MB)", model,
            imagesPerSecond, shareOfKernelLimit * 100, kernelLimitImagesPerSecond, threads, batchSize,
            peakMemoryBytes >> 20)
        let rows = millisecondsByOperation.sorted { $0.value > $1.value }.map {
            String(format: "  %9.3f ms  %@", $0.value, $0.key)
        }
        return ([head] + rows).joined(separator: "\n")
    }
}
