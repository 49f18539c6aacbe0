import ArgumentParser
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

    /// Writes `results` as JSON if somebody asked for it.
    /// - Throws: ``OutputError`` or ``UsageError``.
    func write(_ results: some Encodable) throws {
        guard let json else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(results)
        if json == "-" {
            try printResult(String(decoding: data, as: UTF8.self))
        } else {
            // Not by renaming: the file may be a device or a pipe.
            guard (try? (data + Data("\n".utf8)).write(to: URL(fileURLWithPath: json))) != nil else {
                throw UsageError("The results cannot be written to \(json).")
            }
        }
    }
}
