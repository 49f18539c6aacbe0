import ArgumentParser
import Training

/// The experiment of a command: a file and what replaces parts of it.
struct ExperimentOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The experiment, a YAML file.", valueName: "config"))
    var config: String

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp(
            "Replace one value of the experiment, such as training.epochs=3; may be repeated.",
            valueName: "key.path=value"))
    var overrides: [String] = []
}
