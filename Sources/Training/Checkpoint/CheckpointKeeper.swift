import Communication
import DataParallel
import NeuralNetwork

/// Writes checkpoints into the run directory and removes old ones. Rank 0 writes; all ranks learn how it went.
final class CheckpointKeeper {
    /// The newest checkpoint of this run, if any.
    private(set) var newest: String?

    /// The step of ``newest``.
    private(set) var newestStep: Int?

    /// The step that was last tried to be written, or is held already: what failed is not tried twice.
    private(set) var triedStep: Int?

    private let writer: CheckpointWriter
    private let directory: RunDirectory?
    private let settings: Experiment.CheckpointSettings

    /// - Parameters:
    ///   - directory: where to write; nil on all ranks but 0.
    ///   - checkpoint: the one the training goes on from, if any; nil on all ranks but 0.
    ///   - step: the step of the checkpoint that the run directory holds already, the same on all ranks: whether a checkpoint is
    ///     due must not depend on the rank.
    init(_ writer: CheckpointWriter, directory: RunDirectory?, resumedFrom checkpoint: Checkpoint?, heldStep step: Int?)
    {
        self.writer = writer
        self.directory = directory
        settings = writer.experiment.checkpoint
        newest = checkpoint?.path
        newestStep = step
        triedStep = step
    }

    /// Writes the state at `position`. Collective: all ranks must reach this.
    /// - Throws: on every rank, if parameters, buffers or the optimizer's state are not finite, or if rank 0 could not write
    ///   and the policy is to stop.
    func save(
        _ position: TrainingPosition, over communicator: any Communicator, reporter: RunReporter
    ) throws {
        triedStep = position.step
        // A settlement of its own: that there is nothing worth writing is no failure to write, which a policy may pass over.
        try Settlement.settle(over: communicator, atRoot: true, exitCode: ExitStatus.of) { try requireFinite(position) }
        do {
            let path = try Settlement.settle(over: communicator, atRoot: true, exitCode: ExitStatus.of) {
                try write(position)
            }
            newestStep = position.step
            newest = path ?? newest
            try reporter.checkpoint(position, path: path)
            // After skipped steps the one before may be the last good one.
            if position.skippedInARow == 0 { removeOld(reporter) }
        } catch let failure as SettledFailure where settings.onWriteFailure == .continue {
            // Only the rank that writes knows why, and one warning is enough.
            guard let reason = failure.ownMessage else { return }
            reporter.warn("The checkpoint of step \(position.step) was not written. \(reason)")
        }
    }

    /// The newest checkpoint of at most `step` steps, if the run directory holds one; nil on all ranks but 0.
    func newest(notAfter step: Int) -> String? {
        (try? directory?.checkpoints())?.first { $0.step <= step }?.path
    }

    private func requireFinite(_ position: TrainingPosition) throws {
        guard directory != nil, let name = writer.firstNotFinite else { return }
        throw TrainingError.stateNotFinite(name, step: position.step, checkpoint: newest)
    }

    private func write(_ position: TrainingPosition) throws -> String? {
        guard let directory else { return nil }
        let path = directory.checkpoint(step: position.step).path
        try writer.write(position, to: path)
        return path
    }

    /// An old file that stays costs space, not the training.
    private func removeOld(_ reporter: RunReporter) {
        guard let directory, let newestStep else { return }
        do {
            try directory.deleteCheckpoints(keeping: settings.keep, justWritten: newestStep)
        } catch {
            reporter.warn("\(error)")
        }
    }
}
