/// What ends a training that was set up well.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
    /// The step's loss over all ranks is infinite or not a number.
    case lossNotFinite(Float, step: Int, checkpoint: String?)

    /// A parameter or buffer holds an infinite element or one that is not a number.
    case parameterNotFinite(String, step: Int, checkpoint: String?)

    /// The training ended, or was asked to stop, and its last checkpoint could not be written.
    case endedWithoutCheckpoint(step: Int, checkpoint: String?)

    /// Two ranks hold different parameters after the same steps.
    case replicasDiffer(rank: Int, step: Int)

    public var description: String {
        switch self {
        case .lossNotFinite(let loss, let step, let checkpoint):
            "The loss of step \(step) is \(loss.isNaN ? "not a number" : "infinite"): the training has diverged or its data are broken. "
                + Self.goodState(checkpoint)
        case .parameterNotFinite(let name, let step, let checkpoint):
            "After step \(step) '\(name)' is no longer finite, so no checkpoint of it is written. "
                + Self.goodState(checkpoint)
        case .endedWithoutCheckpoint(let step, let checkpoint):
            "The training ended after step \(step), but no checkpoint of that step could be written. "
                + Self.goodState(checkpoint)
        case .replicasDiffer(let rank, let step):
            "After step \(step) rank \(rank) holds other parameters than rank 0: memory, library or processor differ."
        }
    }

    private static func goodState(_ checkpoint: String?) -> String {
        checkpoint.map { "The last good state is \($0)." } ?? "No checkpoint was written before."
    }
}
