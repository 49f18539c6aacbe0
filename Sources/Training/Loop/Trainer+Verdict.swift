import DataParallel

// What becomes of a step that all ranks have computed. All decide alike: they read the same sums.
extension Trainer {
    /// Whether the step can be taken. `samples` are this rank's.
    /// - Throws: ``TrainingError`` on all ranks alike, if the training must not go on.
    func mayTakeStep(_ samples: UnsafeBufferPointer<Int32>) throws -> Bool {
        guard !averager.isFinite else { return true }
        // Collective: all ranks must reach this.
        let what = try averager.findNonFinite(samples: samples)
        let mayGoOn = experiment.dataParallel.nonFinite == .skip && position.skippedInARow < Self.mostSkippedInARow
        try reporter.nonFinite(what, position, isSkipped: mayGoOn)
        guard mayGoOn else { throw error(what) }
        return false
    }

    /// What a passing fault of the data may cost; what fails longer has diverged, and every further step would be wasted.
    private static let mostSkippedInARow = 10

    private func error(_ what: NonFinite) -> TrainingError {
        let (step, checkpoint) = (position.step + 1, checkpoints.newest)
        return experiment.dataParallel.nonFinite == .stop
            ? .notFinite(what, step: step, checkpoint: checkpoint)
            : .skippedTooOften(position.skippedInARow, what, step: step, checkpoint: checkpoint)
    }
}
