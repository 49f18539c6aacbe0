import ArgumentParser
import Training

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Show the layers of a model, and of a checkpoint where its training was.")

    @Argument(help: "An experiment, a YAML file, or a checkpoint, a file whose name ends in .safetensors.")
    var file: String

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        try Job.run { communicator in
            if let inspection = try ModelInspection.run(file, over: communicator) {
                try printResult(json ? inspection.json : inspection.table)
            }
            return nil
        }
    }
}
