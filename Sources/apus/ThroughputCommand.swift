import ArgumentParser
import Communication
import Training

struct ThroughputCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "throughput",
        abstract: "Measure one rank's training steps against the time their oneDNN kernels need.",
        discussion: """
            Each repeat runs real training steps, data included, and then the kernels alone, each in the fastest of oneDNN's \
            forms; medians over the repeats are reported. If the cores were not free, that is said and nothing is judged.
            """)

    @OptionGroup var subjects: BenchmarkSubjects

    @Option(help: "Threads, 1 to 1024; of several numbers, such as 1,2, each is measured in turn.")
    var threads = NumberList([1])

    @Option(help: "How often to measure, 1 to 1000 times.")
    var repeats = 15

    @Option(help: "Seconds of training per repeat, up to 3600.")
    var seconds = 0.2

    @OptionGroup var output: BenchmarkOutput

    func validate() throws {
        try BenchmarkSubjects.check(repeats: repeats, seconds: seconds)
    }

    func run() throws {
        try Job.run { communicator in
            guard communicator.size == 1 else {
                throw UsageError("This benchmark measures one rank: start it without mpirun.")
            }
            try output.requirePlace()
            let experiments = try subjects.configs.map {
                try Experiment.load(file: $0, overrides: subjects.overrides)
            }
            var results: [ThroughputResult] = []
            for experiment in experiments {
                let own = try ThroughputBenchmark(
                    experiment, threads: threads.numbers, seconds: seconds, over: communicator
                ).measure(repeats: repeats)
                try output.print(own.map(\.table).joined(separator: "\n"))
                results += own
            }
            try output.write(ThroughputResults(results: results))
            return nil
        }
    }
}
