public import DataParallel

/// What ends a training that was set up well.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
    /// The step's loss, a gradient or a statistic is infinite or not a number.
    case notFinite(NonFinite, step: Int, checkpoint: String?)

    /// As many steps in a row as may be skipped were, and this one would be too.
    case skippedTooOften(Int, NonFinite, step: Int, checkpoint: String?)

    /// A parameter, a buffer or a tensor of the optimizer's state holds an infinite element or one that is not a number.
    case stateNotFinite(String, step: Int, checkpoint: String?)

    /// The training ended, or was asked to stop, and its last checkpoint could not be written.
    case endedWithoutCheckpoint(step: Int, checkpoint: String?)

    /// Ranks hold different parameters or buffers after the same steps. Up to step `equalAtStep` they are known to have been
    /// equal; `checkpoint` is the newest one that is no younger.
    case replicasDiffer(ReplicaDifference, step: Int, equalAtStep: Int, checkpoint: String?)

    public var description: String {
        switch self {
        case .notFinite(let what, let step, let checkpoint):
            "In step \(step) \(what.sentence): the training has diverged or its data are broken. "
                + Self.goodState(checkpoint)
        case .skippedTooOften(let count, let what, let step, let checkpoint):
            "In step \(step) \(what.sentence), and the \(count) steps before were skipped for such reasons: the training has diverged. "
                + Self.goodState(checkpoint)
        case .stateNotFinite(let name, let step, let checkpoint):
            "After step \(step) '\(name)' is no longer finite, so no checkpoint of it is written. "
                + Self.goodState(checkpoint)
        case .endedWithoutCheckpoint(let step, let checkpoint):
            "The training ended after step \(step), but no checkpoint of that step could be written. "
                + Self.goodState(checkpoint)
        case .replicasDiffer(let what, let step, let equalAtStep, let checkpoint):
            "After step \(step) \(what.sentence), though all took the same steps: a memory fault, or a processor or library unlike the "
                + "others. They were last known to be the same \(equalAtStep == 0 ? "at the start" : "after step \(equalAtStep)"); "
                + (checkpoint.map { "the checkpoint to go on from is \($0)." } ?? "no checkpoint from before is left.")
        }
    }

    private static func goodState(_ checkpoint: String?) -> String {
        checkpoint.map { "The last good state is \($0)." } ?? "No checkpoint was written before."
    }
}
