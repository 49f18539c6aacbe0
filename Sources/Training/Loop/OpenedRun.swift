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
    static func open(_ start: RunStart, replica: Replica, optimizer: any Optimizer, logger: Logger) throws -> OpenedRun
    {
        var opened = OpenedRun()
        opened.position.identify(start)
        replica.model.initialize(replica.values, seed: start.experiment.seed)
        guard start.isRoot else { return opened }
        // A file that does not serve must leave no run directory behind.
        try loadWeights(start, replica, logger)
        guard start.options.writesRun else { return opened }
        var found = try start.options.checkpointFile()
        try found?.load(into: replica, optimizer, for: start, at: opened.position)
        let directory = try start.options.openDirectory(start.experiment, totalSteps: start.numbers.totalSteps)
        if start.options.resume == .auto {
            found = try start.options.newestGood(in: directory, logger)
            try found?.load(into: replica, optimizer, for: start, at: opened.position)
        }
        if let checkpoint = found {
            warnOfDifferences(checkpoint, start.experiment, logger)
            if start.experiment.dataParallel.reproducible, let earlier = checkpoint.environment {
                NumericEnvironment.current.warnOfDifferences(from: earlier, in: checkpoint.path, logger)
            }
            opened.position = checkpoint.position
            logger.info("Going on after step \(checkpoint.position.step), from \(checkpoint.path).")
            opened.checkpoint = checkpoint
        }
        if start.options.resume == .auto && found == nil {
            logger.notice("There is no checkpoint to go on from, so the training begins anew, in \(directory.path).")
        }
        try directory.write(configuration: start.experiment.yaml)
        try directory.write(start.manifest)
        opened.log = try RunLog(file: directory.metricsFile)
        opened.directory = directory
        return opened
    }

    /// Takes the starting values from the file that the experiment names; where a checkpoint will follow, it need not be there.
    private static func loadWeights(_ start: RunStart, _ replica: Replica, _ logger: Logger) throws {
        guard let path = start.experiment.model.weights, !start.options.finds(start) else { return }
        try WeightsFile(path: path).load(into: replica.values, buffers: replica.buffers, of: replica.model)
        logger.info("Starting from the weights in \(path).")
    }

    private static func warnOfDifferences(_ checkpoint: Checkpoint, _ experiment: Experiment, _ logger: Logger) {
        guard checkpoint.experiment.agreementText != experiment.agreementText else { return }
        let old = Set(settings(in: checkpoint.experiment.agreementText))
        let new = settings(in: experiment.agreementText).filter { !old.contains($0) }
        let changes = new.joined(separator: "; ")
        logger.warning("The configuration is not the one that \(checkpoint.path) was trained with; now: \(changes).")
    }

    /// The lines of a YAML text, those within a section with its name in front.
    private static func settings(in yaml: String) -> [String] {
        var section = ""
        return yaml.split(separator: "\n").map { line in
            let words = line.trimmingCharacters(in: .whitespaces)
            if !line.hasPrefix(" ") { section = line.hasSuffix(":") ? line.dropLast() + "." : "" }
            return line.hasPrefix(" ") ? section + words : words
        }
    }
}

extension TrainingOptions {
    /// Whether there is a checkpoint to go on from.
    fileprivate func finds(_ start: RunStart) -> Bool {
        switch resume {
        case .none: return false
        case .file: return true
        case .auto:
            let run =
                runDirectory
                ?? RunDirectory.unfinishedRun(of: start.experiment.name, totalSteps: start.numbers.totalSteps)
            return run.flatMap(RunDirectory.newestStep(inRun:)) != nil
        }
    }

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

    fileprivate func checkpointFile() throws -> Checkpoint? {
        guard case .file(let path) = resume else { return nil }
        return try Checkpoint(path: path)
    }

    // A damaged file must not end the training while an older good one is there; but to begin anew without a word would.
    fileprivate func newestGood(in directory: RunDirectory, _ logger: Logger) throws -> Checkpoint? {
        let files = try directory.checkpoints()
        for file in files {
            do {
                return try Checkpoint(file)
            } catch {
                logger.warning("\(error) It is passed over.")
            }
        }
        guard files.isEmpty else {
            throw CheckpointError(directory.checkpointFolder, "no checkpoint in this folder can be read")
        }
        return nil
    }
}

extension Checkpoint {
    /// A checkpoint of a run directory, where the names decide which is the newest.
    fileprivate init(_ file: CheckpointFile) throws {
        try self.init(path: file.path)
        guard position.step == file.step else {
            throw CheckpointError(
                path, "the checkpoint is named after step \(file.step), but holds step \(position.step)")
        }
    }

    /// Loads everything into this rank, if the training can go on from here.
    fileprivate func load(
        into replica: Replica, _ optimizer: any Optimizer, for start: RunStart, at beginning: TrainingPosition
    ) throws {
        try position.requireSameOrder(as: beginning, in: path)
        try requireSameMemory(as: start.experiment.optimizer)
        let end = start.numbers.totalSteps
        guard position.step <= end else {
            throw ConfigurationError(
                path,
                "the checkpoint is of step \(position.step), but the experiment ends after step \(end): "
                    + "there is nothing to train unless training.epochs or training.steps allows more")
        }
        try load(into: replica.values, buffers: replica.buffers, of: replica.model, optimizer: optimizer)
    }

    private func requireSameMemory(as settings: Experiment.OptimizerSettings) throws {
        let held = experiment.optimizer.memory
        guard held != settings.memory else { return }
        throw ConfigurationError(
            path, key: "optimizer",
            "the checkpoint comes from \(held); it cannot be gone on with by \(settings.memory)")
    }
}

extension TrainingPosition {
    /// Notes what the order of samples depends on.
    mutating func identify(_ start: RunStart) {
        let numbers = start.numbers
        order = Order(
            seed: start.experiment.seed, sampleCount: numbers.plan.sampleCount,
            globalBatchSize: numbers.globalBatchSize,
            stepsPerEpoch: numbers.plan.stepsPerEpoch, datasetDigest: start.manifest.datasetDigest)
    }

    /// Steps done and steps to come must be of one and the same order: else samples would be repeated or left out, and neither the
    /// schedule nor the end of the training would mean what they say.
    fileprivate func requireSameOrder(as other: TrainingPosition, in path: String) throws {
        guard order != other.order else { return }
        throw ConfigurationError(
            path, "the checkpoint comes from \(order); it cannot be gone on with at \(other.order)")
    }
}
