public import Communication
import DataParallel
import Datasets
public import Logging
import TensorCore

/// Measures training steps on all ranks of a job.
public struct RankBenchmark {
    private let trainer: Trainer

    /// Prepares the training of `experiment` without a run directory. Collective: all ranks must reach this.
    /// - Throws: what setting up a training throws.
    public init(_ experiment: Experiment, threads: Int, over communicator: any Communicator, logger: Logger) throws {
        trainer = try Trainer(measuring: experiment, threads: threads, over: communicator, logger: logger)
    }

    /// Takes steps to warm up, then measures. Collective: all ranks must reach this, and all get the same result but for the
    /// speed, which is that of the calling rank.
    /// - Throws: what a step throws.
    public func measure(_ length: BenchmarkLength) throws -> ScalingMeasurement {
        switch length {
        case .steps(let steps):
            for _ in 0..<Self.warmUpSteps(before: steps) { _ = try trainer.benchmarkStep() }
            return try measure(steps: steps)
        case .seconds(let seconds): return try measure(steps: stepsThatFill(seconds))
        }
    }

    /// A function of the number of steps alone, for the parameters depend on it.
    private static func warmUpSteps(before steps: Int) -> Int {
        max(3, steps / 8)
    }

    /// Rank 0's clock decides for all.
    private func stepsThatFill(_ seconds: Double) throws -> Int {
        let start = monotonicSeconds()
        var steps = 0
        var verdict = [Int64(0)]
        while verdict[0] == 0 {
            _ = try trainer.benchmarkStep()
            steps += 1
            let spent = monotonicSeconds() - start
            if steps >= 5 && spent >= seconds / 2 { verdict[0] = Int64(max(5, Double(steps) * seconds / spent)) }
            // Collective: all ranks must reach this.
            try trainer.communicator.broadcast(&verdict, root: 0)
        }
        return Int(verdict[0])
    }

    private func measure(steps: Int) throws -> ScalingMeasurement {
        let clock = trainer.clock
        try trainer.communicator.barrier()
        clock.enter(.data)
        let before = clock.times
        let start = monotonicSeconds()
        var samples = 0
        for _ in 0..<steps { samples += try trainer.benchmarkStep() }
        clock.enter(.setUp)
        let spent = monotonicSeconds() - start
        let own = ScalingSeconds(clock.times - before, steps: steps)
        // Collective: all ranks must reach this.
        let all = try trainer.communicator.allGather(own.values)
        return ScalingMeasurement(
            steps: steps, globalBatchSize: trainer.largestStep, imagesPerSecond: Double(samples) / spent,
            bytesPerStep: trainer.averager.bytesPerStep, reproducible: trainer.experiment.dataParallel.reproducible,
            overlap: trainer.experiment.dataParallel.overlap.rawValue, parametersDigest: try trainer.agreedDigest(),
            seconds: ScalingSeconds(meanOf: all))
    }
}
