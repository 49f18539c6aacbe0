import ArgumentParser
import Communication
import Foundation
import Reports
import Training

struct ScalingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scaling",
        abstract: "Measure training steps on several numbers of ranks of this host.",
        discussion: """
            Starts mpirun itself, once for each number of ranks and repeat, in turn. Weak scaling keeps the samples of a rank, \
            strong scaling those of a step; both begin with the experiment's batch on one rank. If the cores were not free, that \
            is said and nothing is judged.
            """)

    @OptionGroup var subjects: BenchmarkSubjects

    @Option(help: "Numbers of ranks, 1 to 1024, such as 1,2; speed-ups are over the smallest.")
    var ranks = NumberList([1, 2])

    @Option(help: "What stays the same: weak, strong or both.")
    var mode = Mode.weak

    @Option(help: "Threads of each rank, 1 to 1024.")
    var threads = 1

    @Option(help: "How often to measure each number of ranks, 1 to 1000 times.")
    var repeats = 5

    @Option(help: "Seconds of training per repeat, on the fewest ranks, up to 3600.")
    var seconds = 1.0

    @Option(help: ArgumentHelp("Seconds after which a job is taken to hang.", visibility: .hidden))
    var deadline: Double?

    @OptionGroup var output: BenchmarkOutput

    enum Mode: String, ExpressibleByArgument, CaseIterable {
        case weak, strong, both
    }

    func validate() throws {
        try BenchmarkSubjects.check(repeats: repeats, seconds: seconds)
        guard (1...1024).contains(threads) else { throw ValidationError("--threads takes a number from 1 to 1024.") }
    }

    func run() throws {
        try Job.run { _ in
            guard LaunchEnvironment() == nil else {
                throw UsageError("This benchmark starts mpirun itself: start it without a launcher.")
            }
            try output.requirePlace()
            let benchmarks = try subjects.configs.map { config in
                let experiment = try Experiment.load(file: config, overrides: subjects.overrides)
                return (try ScalingBenchmark(experiment, config: config, options), config)
            }
            var points: [ScalingPoint] = []
            var warnings = Warnings()
            for (benchmark, config) in benchmarks {
                let report = try benchmark.measure { try measure(config, $0, $1, &warnings) }
                try output.print(report.table)
                points += report.points
            }
            try output.write(ScalingPoints(points: points))
            return nil
        }
    }

    private var options: ScalingOptions {
        var options = ScalingOptions()
        options.ranks = ranks.numbers
        options.modes = mode == .both ? [.weak, .strong] : mode == .weak ? [.weak] : [.strong]
        options.threads = threads
        options.repeats = repeats
        options.seconds = seconds
        return options
    }

    private func measure(
        _ config: String, _ job: ScalingJob, _ length: BenchmarkLength, _ warnings: inout Warnings
    ) throws -> ScalingMeasurement {
        let task = "measuring \(config) on \(counted(job.ranks, "rank"))"
        var run = MPIRun()
        run.deadlineSeconds = deadline ?? options.deadlineSeconds(job)
        let words = try RankBenchmarkCommand.words(
            config, overrides: subjects.overrides + ["training.globalBatchSize=\(job.globalBatchSize)"],
            threads: threads, length)
        do {
            let said = try run.output(of: words, ranks: job.ranks, task: task)
            warnings.print(said.errors)
            guard let measurement = ScalingMeasurement(output: said.output) else {
                throw UnreadableMeasurement(task: task)
            }
            return measurement
        } catch MPIRunError.interrupted(let signal) {
            // The job has ended; what asked this process to end gets its way.
            endBySignal(signal)
        }
    }
}

/// What jobs write to standard error, each line once: all repeats warn of the same.
private struct Warnings {
    private var printed: Set<Substring> = []

    mutating func print(_ text: String) {
        for line in text.split(separator: "\n") where printed.insert(line).inserted { printError(String(line)) }
    }
}

/// A job that ended well and did not say what it measured.
private struct UnreadableMeasurement: Error, CustomStringConvertible {
    let task: String

    var description: String {
        "mpirun ended with exit code 0 while \(task), but its ranks did not tell what they measured."
    }
}

/// Ends this process as the signal would have.
private func endBySignal(_ number: Int32) -> Never {
    signal(number, SIG_DFL)
    raise(number)
    exit(128 + number)
}
