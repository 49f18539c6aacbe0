import Foundation

/// The lines of a `metrics.jsonl`.
struct Metrics {
    private let lines: [[String: Value]]

    init(runDirectory: String) throws {
        let text = try String(contentsOfFile: runDirectory + "/metrics.jsonl", encoding: .utf8)
        lines = try text.split(separator: "\n").map {
            try JSONDecoder().decode([String: Value].self, from: Data($0.utf8))
        }
    }

    /// `JSONSerialization` would read some numbers as their neighbours.
    private enum Value: Decodable {
        case number(Double), numbers([Double]), text(String), other

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            self =
                if let number = try? value.decode(Double.self) {
                    .number(number)
                } else if let numbers = try? value.decode([Double].self) {
                    .numbers(numbers)
                } else if let text = try? value.decode(String.self) { .text(text) } else { .other }
        }

        var number: Double? { if case .number(let number) = self { number } else { nil } }
        var numbers: [Double]? { if case .numbers(let numbers) = self { numbers } else { nil } }
        var text: String? { if case .text(let text) = self { text } else { nil } }
    }

    /// The values of `field` in all events of one kind, by the value of `key`; the later line holds.
    func values(of field: String, in event: String, by key: String = "step") -> [Int: Double] {
        var values: [Int: Double] = [:]
        for line in lines where line["event"]?.text == event {
            guard let place = line[key]?.number else { continue }
            values[Int(place)] = line[field]?.number
        }
        return values
    }

    /// The lists of numbers in `field` of all events of one kind that have it.
    func lists(of field: String, in event: String) -> [[Double]] {
        lines.filter { $0["event"]?.text == event }.compactMap { $0[field]?.numbers }
    }

    var checkpointFiles: [String] {
        lines.filter { $0["event"]?.text == "checkpoint" }.compactMap { $0["file"]?.text }
    }
}
