import ArgumentParser
import Communication
import Foundation
import Training

struct ThroughputCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "throughput",
        abstract: "Measure one rank's training steps against the time their oneDNN kernels need.",
        discussion: """
            Each repeat runs real training steps, data included, and then the kernels alone, each in the fastest of oneDNN's \
            forms; medians over the repeats are reported.
            """)

    @Argument(help: ArgumentHelp("The experiments, YAML files.", valueName: "config"))
    var configs: [String]

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Replace one value of every experiment; may be repeated.", valueName: "key.path=value"))
    var overrides: [String] = []

    @Option(help: "Threads.")
    var threads = 1

    @Option(help: "How often to measure.")
    var repeats = 15

    @Option(help: "Seconds of training per repeat.")
    var seconds = 0.2

    @Option(
        help: ArgumentHelp(
            "Also write the results as JSON; - for standard output, instead of the table.", valueName: "file"))
    var json: String?

    func validate() throws {
        guard !configs.isEmpty else { throw ValidationError("Name at least one experiment.") }
        guard (1...1024).contains(threads) else { throw ValidationError("--threads takes a number from 1 to 1024.") }
        guard (1...1000).contains(repeats) else { throw ValidationError("--repeats takes a number from 1 to 1000.") }
        guard seconds > 0, seconds <= 3600 else { throw ValidationError("--seconds takes a time of up to 3600.") }
    }

    func run() throws {
        try Job.run { communicator in
            guard communicator.size == 1 else {
                throw UsageError("This benchmark measures one rank: start it without mpirun.")
            }
            let results = try configs.map { config in
                let experiment = try Experiment.load(file: config, overrides: overrides)
                return try ThroughputBenchmark(experiment, threads: threads, over: communicator)
                    .measure(repeats: repeats, seconds: seconds)
            }
            if json != "-" { try printResult(results.map(\.table).joined(separator: "\n")) }
            if let json { try write(ThroughputResults(results: results), to: json) }
            return nil
        }
    }

    private func write(_ results: ThroughputResults, to file: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(results)
        if file == "-" {
            try printResult(String(decoding: data, as: UTF8.self))
        } else {
            // Not by renaming: the file may be a device or a pipe.
            guard (try? (data + Data("\n".utf8)).write(to: URL(fileURLWithPath: file))) != nil else {
                throw UsageError("The results cannot be written to \(file).")
            }
        }
    }
}
