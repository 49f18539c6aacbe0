import Files
import Glibc

/// Writes `text` to standard output, where a command's results are what it was started for: if they do not arrive there, the
/// command has failed.
/// - Throws: ``OutputError``.
func printResult(_ text: String) throws {
    let code = Array((text + "\n").utf8).withUnsafeBytes { FileDescriptor.write($0, to: STDOUT_FILENO) }
    if let code { throw OutputError(code: code) }
}

/// Standard output that does not take what is written to it.
struct OutputError: Error, CustomStringConvertible {
    /// The value of `errno`.
    let code: Int32

    var description: String {
        "The results cannot be written to standard output: \(FileError.reason(code))."
    }
}
