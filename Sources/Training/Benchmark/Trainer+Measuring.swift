import Communication
import Logging

extension Trainer {
    /// A training of `experiment` whose steps are measured, on and on, without a run directory. Collective: all ranks must reach this.
    /// - Throws: what setting up a training throws.
    convenience init(
        measuring experiment: Experiment, threads: Int, over communicator: any Communicator, logger: Logger
    ) throws {
        var endless = experiment
        // More than anybody waits for.
        endless.training.epochs = 1_000_000
        endless.training.steps = nil
        var options = TrainingOptions()
        options.threads = threads
        options.writesRun = false
        self.init(try TrainerSetup(endless, options, over: communicator, logger: logger, console: nil))
    }
}
