import Files

/// A checkpoint, or another file of weights, whose content does not serve.
public struct CheckpointError: Error, Equatable, CustomStringConvertible {
    /// One full sentence that names the file.
    public let description: String

    init(_ path: String, _ problem: String) {
        description = "\(path): \(problem)."
    }

    /// A checkpoint that cannot be read at all.
    init(_ error: FileError) {
        description = error.description
    }
}
