import ArgumentParser
import Training

/// The program: a list of its commands.
struct Apus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apus",
        abstract:
            "Trains neural networks data-parallel over MPI, or in one process.",
        version: Version.current,
        subcommands: [
            TrainCommand.self, EvaluateCommand.self, InspectCommand.self, BenchmarkCommand.self,
            LaunchOptionsCommand.self,
        ])
}
