import Glibc

/// Writes a sentence to standard error as one line. It may quote what a file or a command line says, which must not break the line nor
/// command the terminal: control characters become escapes.
func printError(_ sentence: String) {
    printErrorText(sentence.unicodeScalars.map(visible).joined())
}

/// Writes a text of our own to standard error in one call, so that the lines of several ranks do not mix.
func printErrorText(_ text: String) {
    let bytes = Array((text + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

private func visible(_ scalar: Unicode.Scalar) -> String {
    scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : String(scalar)
}
