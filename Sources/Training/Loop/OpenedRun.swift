import Datasets
import Foundation
import Logging
import NeuralNetwork
import Optimization
import TensorCore

/// A run directory made ready, with the checkpoint to go on from; on all ranks but 0 there is none, and nothing is touched.
struct OpenedRun {
    var directory: RunDirectory?
    var log: RunLog?
    var checkpoint: Checkpoint?
    var position = TrainingPosition()

    /// Opens or makes the run directory, loads the checkpoint if there is one to go on from, and else the starting values.
    /// - Throws: ``RunError``, ``CheckpointError``, ``ConfigurationError`` and what the files' readers throw.
    static func open(_ start: RunStart, replica: Replica, optimizer: SGD, logger: Logger) throws -> OpenedRun {
        var opened = OpenedRun()
        opened.position.identify(start.numbers, start.experiment)
        replica.model.initialize(replica.values, seed: start.experiment.seed)
        guard start.isRoot, start.options.writesRun else { return opened }
        let directory = try start.options.openDirectory(start.experiment, totalSteps: start.numbers.totalSteps)
        if let checkpoint = try start.options.checkpoint(in: directory, logger) {
            try checkpoint.load(into: replica.values, of: replica.model, optimizer: optimizer)
            try checkpoint.position.requireSameOrder(as: opened.position, in: checkpoint.path)
            warnOfDifferences(checkpoint, start.experiment, logger)
            opened.position = checkpoint.position
            opened.position.identify(start.numbers, start.experiment)
            logger.info("Going on after step \(checkpoint.position.step), from \(checkpoint.path).")
            opened.checkpoint = checkpoint
        }
        try directory.write(configuration: start.experiment.yaml)
        try directory.write(start.manifest)
        opened.log = try RunLog(file: directory.metricsFile)
        opened.directory = directory
        return opened
    }

    private static func warnOfDifferences(_ checkpoint: Checkpoint, _ experiment: Experiment, _ logger: Logger) {
        guard checkpoint.experiment.agreementText != experiment.agreementText else { return }
        let old = Set(checkpoint.experiment.agreementText.split(separator: "\n"))
        let new = experiment.agreementText.split(separator: "\n").filter { !old.contains($0) }
        let changes = new.map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: "; ")
        logger.warning("The configuration is not the one that \(checkpoint.path) was trained with; now: \(changes).")
    }
}

extension TrainingOptions {
    fileprivate func openDirectory(_ experiment: Experiment, totalSteps: Int) throws -> RunDirectory {
        switch (resume, runDirectory) {
        case (.auto, let path?): return try RunDirectory(at: path, existing: .resume)
        case (_, let path?): return try RunDirectory(at: path, existing: .refuse)
        case (.auto, nil):
            guard let path = RunDirectory.unfinishedRun(of: experiment.name, totalSteps: totalSteps) else {
                return try RunDirectory(newRunOf: experiment.name)
            }
            return try RunDirectory(at: path, existing: .resume)
        case (_, nil): return try RunDirectory(newRunOf: experiment.name)
        }
    }

    fileprivate func checkpoint(in directory: RunDirectory, _ logger: Logger) throws -> Checkpoint? {
        switch resume {
        case .none: return nil
        case .file(let path): return try Checkpoint(path: path)
        case .auto: return try newestGood(in: directory, logger)
        }
    }

    // A damaged file must not end the training while an older good one is there; but to begin anew without a word would.
    private func newestGood(in directory: RunDirectory, _ logger: Logger) throws -> Checkpoint? {
        var firstError: (any Error)?
        for file in try directory.checkpoints() {
            do {
                return try Checkpoint(path: file.path)
            } catch {
                logger.warning("\(error) It is passed over.")
                firstError = firstError ?? error
            }
        }
        if let firstError { throw firstError }
        return nil
    }
}

extension TrainingPosition {
    /// Notes what the order of samples depends on.
    mutating func identify(_ numbers: StepNumbers, _ experiment: Experiment) {
        order = Order(
            seed: experiment.seed, sampleCount: numbers.plan.sampleCount, globalBatchSize: numbers.globalBatchSize,
            stepsPerEpoch: numbers.plan.stepsPerEpoch)
    }

    /// Steps done and steps to come must be of one and the same order: else samples would be repeated or left out, and neither the
    /// schedule nor the end of the training would mean what they say.
    fileprivate func requireSameOrder(as other: TrainingPosition, in path: String) throws {
        guard order != other.order else { return }
        throw ConfigurationError(
            path, "the checkpoint comes from \(order); it cannot be gone on with at \(other.order)")
    }
}
