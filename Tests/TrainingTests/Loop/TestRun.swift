import Communication

@testable import Training

/// A training on some ranks, as a test asks for it.
struct TestRun {
    var experiment: Experiment
    var options = TrainingOptions()
    var ranks = 1

    /// Does what a test does to one rank between its set-up and its first step.
    var interfere: @Sendable (Trainer) throws -> Void = { _ in }

    /// Gives each rank the experiment it thinks it was started with.
    var experimentOfRank: (@Sendable (Int) -> Experiment)?

    let messages = MessageCollector()

    init(_ experiment: Experiment, runDirectory: String? = nil, resume: TrainingOptions.Resume = .none, ranks: Int = 1)
    {
        self.experiment = experiment
        self.ranks = ranks
        options.runDirectory = runDirectory
        options.resume = resume
        options.writesRun = runDirectory != nil
        // Threads change bits, and the machine's number of cores is no matter of these tests.
        options.threads = 1
    }

    /// Trains on threads of this process; returns how it went on every rank.
    func onThreads() throws -> [RankOutcome] {
        try ThreadCommunicator.run(size: ranks) { [options, messages, interfere, experiment, experimentOfRank] in
            let own = experimentOfRank?($0.rank) ?? experiment
            return Self.train(own, options, messages, interfere, over: $0)
        }
    }

    /// Trains without any other rank.
    func alone() -> RankOutcome {
        Self.train(experiment, options, messages, interfere, over: SingleProcessCommunicator())
    }

    private static func train(
        _ experiment: Experiment, _ options: TrainingOptions, _ messages: MessageCollector,
        _ interfere: (Trainer) throws -> Void, over communicator: any Communicator
    ) -> RankOutcome {
        // What would hang is to fail instead.
        communicator.waitPolicy.abortSeconds = 120
        do {
            let trainer = Trainer(
                try TrainerSetup(
                    experiment, options, over: communicator, logger: messages.logger(rank: communicator.rank),
                    console: nil))
            try interfere(trainer)
            return .finished(try trainer.run())
        } catch {
            return .failed(error)
        }
    }
}

/// How one rank's training went.
enum RankOutcome: Sendable {
    case finished(TrainingOutcome)
    case failed(any Error)

    var outcome: TrainingOutcome? { if case .finished(let outcome) = self { outcome } else { nil } }
    var error: (any Error)? { if case .failed(let error) = self { error } else { nil } }
}
