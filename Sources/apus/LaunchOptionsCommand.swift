import ArgumentParser
import Training

/// For `launch/local`: the knowledge of how to start ranks is in one place.
struct LaunchOptionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "launch-options", abstract: "Print the options for mpirun on this host, one word a line.",
        shouldDisplay: false)

    @Option(help: "The number of ranks; without it, one per physical core.")
    var ranks: Int?

    func validate() throws {
        if let ranks, ranks < 1 { throw ValidationError("--ranks takes a number of at least 1, not \(ranks).") }
    }

    func run() throws {
        try printResult(LaunchPlan(ranks: ranks).options.joined(separator: "\n"))
    }
}
