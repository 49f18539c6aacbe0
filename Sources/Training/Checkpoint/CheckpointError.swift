import Files

/// A checkpoint, or another file of weights, whose content does not serve.
public struct CheckpointError: Error, Equatable, CustomStringConvertible {
    /// One full sentence that names the file, or two.
    public let description: String

    init(_ path: String, _ problem: String) {
        description = "\(path): \(problem)."
    }

    /// What is wrong, and the sentence of the error that says why.
    init(_ path: String, _ problem: String, because error: any Error) {
        description = "\(path): \(problem). \(error)"
    }

    /// A checkpoint that cannot be read at all.
    init(_ error: FileError) {
        description = error.description
    }
}
