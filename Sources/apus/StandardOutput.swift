import Glibc

/// Writes `text` to standard output, where a command's results are what it was started for: if they do not arrive there, the
/// command has failed.
/// - Throws: ``OutputError``.
func printResult(_ text: String) throws {
    let bytes = Array((text + "\n").utf8)
    var done = 0
    while done < bytes.count {
        let put = bytes[done...].withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
        if put > 0 { done += put } else if put == 0 || errno != EINTR { throw OutputError(code: errno) }
    }
}

/// Standard output that does not take what is written to it.
struct OutputError: Error, CustomStringConvertible {
    /// The value of `errno`.
    let code: Int32

    var description: String {
        "The results cannot be written to standard output: \(String(cString: strerror(code))) (errno \(code))."
    }
}
