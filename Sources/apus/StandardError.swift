import Glibc

/// Writes a line to standard error in one call, so that the lines of several ranks do not mix.
func printError(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
