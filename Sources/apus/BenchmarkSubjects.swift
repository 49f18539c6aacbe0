import ArgumentParser
import Training

/// The experiments of a benchmark, and how long it takes.
struct BenchmarkSubjects: ParsableArguments {
    @Argument(help: ArgumentHelp("The experiments, YAML files.", valueName: "config"))
    var configs: [String]

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Replace one value of every experiment; may be repeated.", valueName: "key.path=value"))
    var overrides: [String] = []

    func validate() throws {
        guard !configs.isEmpty else { throw ValidationError("Name at least one experiment.") }
    }

    static func check(repeats: Int, seconds: Double) throws {
        guard (1...1000).contains(repeats) else { throw ValidationError("--repeats takes a number from 1 to 1000.") }
        try check(seconds: seconds)
    }

    static func check(seconds: Double) throws {
        guard seconds > 0, seconds <= 3600 else { throw ValidationError("--seconds takes a time of up to 3600.") }
    }
}
