import ArgumentParser
import Files
import Foundation
import Training

/// Where a benchmark's results go.
struct BenchmarkOutput: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Also write the results as JSON; - for standard output, instead of the table.", valueName: "file"))
    var json: String?

    /// Prints `table`, unless standard output is for JSON.
    /// - Throws: ``OutputError``.
    func print(_ table: String) throws {
        if json != "-" { try printResult(table) }
    }

    /// Asks whether results could be written, before they are measured.
    /// - Throws: ``UsageError``.
    func requirePlace() throws {
        guard let json, json != "-" else { return }
        guard !json.isEmpty else { throw UsageError("--json: expected the name of a file, or -, found nothing.") }
        let folder = URL(fileURLWithPath: json).deletingLastPathComponent().path
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: json, isDirectory: &isFolder)
        // A folder is writable, but not like a file.
        let code = isFolder.boolValue ? EISDIR : access(isThere ? json : folder, W_OK) == 0 ? 0 : errno
        if code != 0 { throw UsageError("\(FileError("write", json, code: code))") }
    }

    /// Writes `results` as JSON if somebody asked for it.
    /// - Throws: ``OutputError`` or ``FileError``.
    func write(_ results: some Encodable) throws {
        guard let json else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(results), as: UTF8.self)
        guard json != "-" else { return try printResult(text) }
        // Not by renaming: the file may be a device or a pipe.
        let file = try FileDescriptor(json, flags: O_WRONLY | O_CREAT | O_TRUNC, action: "write")
        try Array("\(text)\n".utf8).withUnsafeBytes { try file.write($0) }
    }
}
