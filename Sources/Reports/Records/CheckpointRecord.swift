/// A checkpoint that is safely on disk.
public struct CheckpointRecord: Equatable, Sendable {
    /// Updates done so far.
    public let step: Int
    /// The file, relative to the run directory.
    public let file: String

    /// A record of these.
    public init(step: Int, file: String) {
        self.step = step
        self.file = file
    }
}
