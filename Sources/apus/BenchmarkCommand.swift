import ArgumentParser

struct BenchmarkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmark", abstract: "Measure speed.",
        subcommands: [ThroughputCommand.self, ScalingCommand.self, RankBenchmarkCommand.self])
}
