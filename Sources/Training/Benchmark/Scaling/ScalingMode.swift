/// What stays the same when ranks are added.
public enum ScalingMode: String, Codable, CaseIterable, Sendable {
    /// The samples of a rank.
    case weak
    /// The samples of a step.
    case strong

    /// The samples of a step on `ranks` ranks if one rank has `batchSize`.
    func globalBatchSize(ranks: Int, batchSize: Int) -> Int {
        self == .weak ? batchSize * ranks : batchSize
    }
}
