public import ArgumentParser
import Communication
import DataParallel
import Glibc
public import Logging
import Reports
import Training

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train a model.",
        discussion: """
            Alone, or on every rank of a job: `mpirun -n 4 apus train CONFIG` is the same program. SIGUSR1, SIGTERM and SIGINT \
            ask it to finish the step, write a checkpoint and leave with exit code 75.
            """)

    @OptionGroup var source: ExperimentOptions
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var precisions: PrecisionOptions

    @Option(help: "Where to write; without it, a new folder below runs/<name>.")
    var runDirectory: String?

    @Option(help: "Where to start: none, auto (the newest checkpoint of the run directory), or a checkpoint file.")
    var resume = "none"

    @Option(help: "Refuse to start unless the job has this many ranks.")
    var expectWorldSize: Int?

    @Option(help: "What to report: trace, debug, info, notice, warning, error or critical.")
    var logLevel = Logger.Level.info

    @Flag(help: "Report from all ranks, not only from rank 0.")
    var logAllRanks = false

    @Option(
        help: ArgumentHelp("What is to go wrong, for tests.", valueName: "kind:phase:rank:step", visibility: .hidden),
        transform: { try Fault($0) })
    var fault: Fault?

    func run() throws {
        try Job.run { communicator in
            let experiment = try Settlement.settle(over: communicator, exitCode: ExitStatus.of) {
                try requireWorldSize(communicator.size)
                try fault?.requireRank(of: communicator.size)
                return try Experiment.load(file: source.config, overrides: source.overrides)
            }
            let console = Console.standardOutput
            let logger = logger(for: communicator, console)
            communicator.waitPolicy = WaitPolicy(experiment.dataParallel) { logger.warning("\($0)") }
            StallWatch.start(rank: communicator.rank, communicator.waitPolicy) { _exit(ExitStatus.failure.rawValue) }
            let setup = try TrainerSetup(
                experiment, options, over: communicator, logger: logger, console: communicator.rank == 0 ? console : nil
            )
            return try train(setup)
        }
    }

    private func train(_ setup: TrainerSetup) throws -> ExitStatus? {
        let outcome = try Trainer(setup).run()
        return outcome.isFinished ? nil : .stoppedOnRequest
    }

    private var options: TrainingOptions {
        var options = TrainingOptions()
        options.runDirectory = runDirectory
        options.resume = TrainingOptions.Resume(resume)
        options.threads = threads.threads
        options.emulatesBFloat16 = precisions.emulatesBFloat16
        options.fault = fault
        options.commandLine = CommandLine.arguments
        options.mpiVersion = Job.mpiVersion
        return options
    }

    private func requireWorldSize(_ size: Int) throws {
        guard let expectWorldSize, expectWorldSize != size else { return }
        throw DisagreementError(expectedWorldSize: expectWorldSize, size: size)
    }

    private func logger(for communicator: any Communicator, _ console: Console) -> Logger {
        let handler = RankLogHandler(
            rank: communicator.rank, size: communicator.size, level: logLevel, allRanks: logAllRanks, console: console)
        return Logger(label: "apus") { _ in handler }
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}

extension TrainingOptions.Resume {
    fileprivate init(_ word: String) {
        switch word {
        case "none": self = .none
        case "auto": self = .auto
        default: self = .file(word)
        }
    }
}
