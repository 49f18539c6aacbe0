import Foundation

/// The lines of a `metrics.jsonl`.
struct Metrics {
    private let lines: [[String: Any]]

    init(runDirectory: String) throws {
        let text = try String(contentsOfFile: runDirectory + "/metrics.jsonl", encoding: .utf8)
        lines = try text.split(separator: "\n").map {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
        }
    }

    /// The values of `field` in all events of one kind, by the value of `key`; the later line holds.
    func values(of field: String, in event: String, by key: String = "step") -> [Int: Double] {
        var values: [Int: Double] = [:]
        for line in lines where line["event"] as? String == event {
            guard let place = line[key] as? Int else { continue }
            values[place] = line[field] as? Double
        }
        return values
    }

    var checkpointFiles: [String] {
        lines.filter { $0["event"] as? String == "checkpoint" }.compactMap { $0["file"] as? String }
    }
}
