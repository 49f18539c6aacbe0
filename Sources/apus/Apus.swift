import ArgumentParser
import Training

/// The program: a list of its commands.
struct Apus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apus",
        abstract:
            "Trains neural networks data-parallel over MPI, with the same results on any machine you start it on.",
        version: Version.current,
        subcommands: [TrainCommand.self, EvaluateCommand.self, BenchmarkCommand.self])
}
