import Logging
import Synchronization

/// Keeps what is logged, as "rank level: message".
final class MessageCollector: Sendable {
    private let lines = Mutex<[String]>([])

    var warnings: [String] { lines.withLock { $0.filter { $0.contains(" warning: ") } } }

    var notices: [String] { lines.withLock { $0.filter { $0.contains(" notice: ") } } }

    func logger(rank: Int) -> Logger {
        Logger(label: "test") { _ in Handler(rank: rank, collector: self) }
    }

    private struct Handler: LogHandler {
        let rank: Int
        let collector: MessageCollector
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            collector.lines.withLock { $0.append("\(rank) \(event.level): \(event.message)") }
        }
    }
}
