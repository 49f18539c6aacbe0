import ArgumentParser
import Communication
import DataParallel
import Foundation
import Logging
import Reports
import Training

/// What the scaling benchmark has each rank do.
struct RankBenchmarkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ranks", abstract: "Measure the steps of a job, for the scaling benchmark.", shouldDisplay: false)

    @OptionGroup var source: ExperimentOptions

    @Option var threads: Int

    @Option var steps: Int?

    @Option var seconds: Double?

    func validate() throws {
        try BenchmarkSubjects.check(seconds: seconds ?? 1)
        guard (1...1024).contains(threads) else { throw ValidationError("--threads takes a number from 1 to 1024.") }
    }

    /// The command line of this command.
    /// - Throws: an error if the program's own file is not to be found.
    static func words(_ config: String, overrides: [String], threads: Int, _ length: BenchmarkLength) throws -> [String]
    {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let limit =
            switch length {
            case .steps(let steps): ["--steps", "\(steps)"]
            case .seconds(let seconds): ["--seconds", "\(seconds)"]
            }
        return [program, "benchmark", "ranks", config, "--threads", "\(threads)"] + limit
            + overrides.flatMap { ["--set", $0] }
    }

    func run() throws {
        try Job.run { communicator in
            let experiment = try Settlement.settle(over: communicator, exitCode: ExitStatus.of) {
                try Experiment.load(file: source.config, overrides: source.overrides)
            }
            let logger = Logger(label: "apus.benchmark") { _ in
                RankLogHandler(
                    rank: communicator.rank, size: communicator.size, level: .warning, allRanks: false,
                    console: Console.standardOutput)
            }
            let benchmark = try RankBenchmark(experiment, threads: threads, over: communicator, logger: logger)
            let measurement = try benchmark.measure(length)
            if communicator.rank == 0 { try printResult(measurement.line) }
            return nil
        }
    }

    private var length: BenchmarkLength {
        steps.map { .steps(max(1, $0)) } ?? .seconds(seconds ?? 1)
    }
}
