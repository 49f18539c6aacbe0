public import Communication
import Datasets
import Foundation
import Logging
import TensorCore

/// Measures a rank's real training steps beside the kernel limit of its model, pair by pair.
public struct ThroughputBenchmark {
    private let trainer: Trainer
    private let name: String
    private let threads: Int

    /// Prepares the training of `experiment` without a run directory.
    /// - Throws: what setting up a training throws.
    public init(_ experiment: Experiment, threads: Int, over communicator: any Communicator) throws {
        var endless = experiment
        endless.training.epochs = 1_000_000
        endless.training.steps = nil
        var options = TrainingOptions()
        options.threads = threads
        options.writesRun = false
        let logger = Logger(label: "apus.benchmark") { _ in SwiftLogNoOpLogHandler() }
        trainer = Trainer(try TrainerSetup(endless, options, over: communicator, logger: logger, console: nil))
        name = experiment.name
        self.threads = threads
    }

    /// Runs `repeats` pairs of training for `seconds` and of kernels alone.
    /// - Throws: ``OneDNNError``.
    public func measure(repeats: Int, seconds: Double) throws -> ThroughputResult {
        let stepsPerRepeat = try stepsThatFill(seconds)
        // Before the kernels, which have memory of their own.
        let peakMemoryBytes = Self.peakMemoryBytes
        let kernels = try trainer.kernelLimit()
        var rates: [Double] = []
        var limits: [Double] = []
        // In turn, because a shared processor's clock may drift by half within seconds.
        for _ in 0..<repeats {
            rates.append(try imagesPerSecond(steps: stepsPerRepeat))
            limits.append(Double(trainer.plan.globalBatchSize) / (try kernels.measure()))
        }
        return ThroughputResult(
            model: name, threads: threads, batchSize: trainer.plan.globalBatchSize, imagesPerSecond: median(rates),
            kernelLimitImagesPerSecond: median(limits),
            shareOfKernelLimit: median(zip(rates, limits).map { $0 / $1 }),
            millisecondsByOperation: try profile(steps: max(3, stepsPerRepeat / 10)),
            peakMemoryBytes: peakMemoryBytes)
    }

    /// Warms up, and finds how many steps take `seconds`.
    private func stepsThatFill(_ seconds: Double) throws -> Int {
        let start = monotonicSeconds()
        var steps = 0
        while monotonicSeconds() - start < max(0.2, seconds / 2) || steps < 5 {
            _ = try trainer.benchmarkStep()
            steps += 1
        }
        return max(5, Int(Double(steps) * seconds / (monotonicSeconds() - start)))
    }

    private func imagesPerSecond(steps: Int) throws -> Double {
        var samples = 0
        let start = monotonicSeconds()
        for _ in 0..<steps { samples += try trainer.benchmarkStep() }
        return Double(samples) / (monotonicSeconds() - start)
    }

    /// Milliseconds per step by operation, in steps of their own: timing operations costs time itself.
    private func profile(steps: Int) throws -> [String: Double] {
        let profile = OperationProfile()
        trainer.replica.profile = profile
        defer { trainer.replica.profile = nil }
        trainer.clock.enter(.data)
        let before = trainer.clock.times
        for _ in 0..<steps { _ = try trainer.benchmarkStep() }
        trainer.clock.enter(.setUp)
        let spent = trainer.clock.times - before
        var seconds = Dictionary(profile.entries.map { ($0.name, $0.seconds) }, uniquingKeysWith: +)
        let inside = seconds.values.reduce(0, +)
        for phase in [Phase.data, .communication, .optimizer] { seconds["\(phase)"] = spent[phase] }
        seconds["everything else"] =
            spent.loopSeconds - inside - spent[.data] - spent[.communication] - spent[.optimizer]
        return seconds.mapValues { $0 / Double(steps) * 1000 }
    }

    private func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }

    private static var peakMemoryBytes: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024
    }
}
