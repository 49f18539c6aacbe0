import Communication
import Datasets
import Logging
import TensorCore

/// One model on one number of threads, measured again and again.
final class ThroughputSubject {
    let threads: Int
    private(set) var rates = RepeatedFigure()
    private(set) var limits = RepeatedFigure()
    private let trainer: Trainer
    private let stepsPerRepeat: Int
    private let kernels: KernelLimit
    private let peakMemoryBytes: Int

    /// Sets up the training and takes steps until one is as fast as the next; a repeat will last about `seconds`.
    /// - Parameter baseBytes: the memory that the program holds without any training.
    init(_ experiment: Experiment, threads: Int, seconds: Double, baseBytes: Int, over communicator: any Communicator)
        throws
    {
        self.threads = threads
        let memory = PeakMemory(counting: baseBytes)
        let logger = Logger(label: "apus.benchmark") { _ in SwiftLogNoOpLogHandler() }
        trainer = try Trainer(measuring: experiment, threads: threads, over: communicator, logger: logger)
        stepsPerRepeat = try Self.stepsThatFill(seconds, trainer)
        // Before the kernels, which have memory of their own.
        peakMemoryBytes = memory.bytes
        kernels = try trainer.kernelLimit()
    }

    /// Warms up, and finds how many steps take `seconds`.
    private static func stepsThatFill(_ seconds: Double, _ trainer: Trainer) throws -> Int {
        let start = monotonicSeconds()
        var steps = 0
        while monotonicSeconds() - start < max(0.2, seconds / 2) || steps < 5 {
            _ = try trainer.benchmarkStep()
            steps += 1
        }
        return max(5, Int(Double(steps) * seconds / (monotonicSeconds() - start)))
    }

    /// One pair: training steps, and then the kernels alone, because a shared processor's clock may drift by half within seconds.
    func measurePair() throws {
        trainer.replica.activate()
        var samples = 0
        let start = monotonicSeconds()
        for _ in 0..<stepsPerRepeat { samples += try trainer.benchmarkStep() }
        rates.append(Double(samples) / (monotonicSeconds() - start))
        // Threads on different pieces each have kernels of their own.
        let batches = Double(trainer.largestStep * trainer.replica.team.count)
        limits.append(batches / (try kernels.measure()))
    }

    /// What was measured so far, with a table by operation that is measured now.
    func result(_ model: String, _ conditions: MeasuringConditions, fewestThreads: ThroughputSubject) throws
        -> ThroughputResult
    {
        let profile = try ThroughputProfile(trainer, steps: max(3, stepsPerRepeat / 10))
        return ThroughputResult(
            model: model, threads: threads, precision: trainer.replica.precision.rawValue,
            batchSize: trainer.largestStep, imagesPerSecond: rates.median,
            kernelLimitImagesPerSecond: limits.median, shareOfKernelLimit: rates.pairwise(over: limits).median,
            speedUp: rates.pairwise(over: fewestThreads.rates).median, spread: rates.spread, conditions: conditions,
            millisecondsByOperation: profile.byOperation, millisecondsByKind: profile.byKind,
            peakMemoryBytes: peakMemoryBytes)
    }
}
