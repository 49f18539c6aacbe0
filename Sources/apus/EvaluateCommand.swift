public import ArgumentParser
import Communication
public import Datasets
import Foundation
public import Training

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Measure loss and accuracy of a checkpoint.")

    @Argument(help: "The checkpoint, a safetensors file.")
    var checkpoint: String

    @Option(help: "The part of the dataset: test or train.")
    var split = DatasetSplit.test

    @Option(help: "Instead of the experiment's precision: float32, bfloat16 or auto.")
    var precision: Experiment.Precision?

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var precisions: PrecisionOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        try Job.run { communicator in
            let evaluation = try CheckpointEvaluation.run(
                checkpoint, split: split, threads: threads.threads, precision: precision,
                emulatesBFloat16: precisions.emulatesBFloat16, over: communicator,
                notify: { if communicator.rank == 0 { printError($0) } })
            if communicator.rank == 0 { try printResult(json ? evaluation.json : evaluation.sentence) }
            return nil
        }
    }
}

extension DatasetSplit: ExpressibleByArgument {}
extension Experiment.Precision: ExpressibleByArgument {}
