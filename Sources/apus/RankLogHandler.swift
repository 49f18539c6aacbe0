import Logging
import Reports

/// Writes log messages as plain lines: news to standard output, warnings and errors to standard error. A job's ranks other than 0
/// speak only when something is wrong, unless all are asked for.
struct RankLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    private let prefix: String
    private let console: Console

    /// - Parameter allRanks: whether the ranks other than 0 report everything too.
    init(rank: Int, size: Int, level: Logger.Level, allRanks: Bool, console: Console) {
        logLevel = rank == 0 || allRanks ? level : max(level, .warning)
        prefix = size > 1 && (rank != 0 || allRanks) ? "[rank \(rank)] " : ""
        self.console = console
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        if event.level >= .warning {
            console.clear()
            printError("\(prefix)\(event.level): \(event.message)")
        } else {
            console.print("\(prefix)\(event.message)")
        }
    }
}
