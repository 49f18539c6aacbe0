import Files
import Foundation

extension ConfigurationTree {
    /// The tree on one line of YAML.
    var flowText: String {
        switch content {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .number(let digits): digits
        case .text(let text): Self.quotedIfNeeded(text)
        case .list(let elements): "[" + elements.map(\.flowText).joined(separator: ", ") + "]"
        case .mapping(let entries):
            "{" + entries.map { "\(Self.quotedIfNeeded($0.key)): \($0.value.flowText)" }.joined(separator: ", ") + "}"
        }
    }

    /// The tree as a YAML file: sections as blocks, everything inside a section on one line per key.
    var fileText: String {
        guard case .mapping(let entries) = content else { return flowText + "\n" }
        return entries.map { entry in
            guard case .mapping(let keys) = entry.value.content else {
                return "\(entry.key): \(entry.value.flowText)\n"
            }
            return "\(entry.key):\n" + keys.map { "  \($0.key): \($0.value.flowText)\n" }.joined()
        }.joined()
    }

    /// What a message says was found: `0`, `the text 'abc'`, `the list [1, 2]`.
    var summary: String {
        switch content {
        case .null, .bool, .number: shortText
        case .text: "the text \(shortText)"
        case .list: "the list \(shortText)"
        case .mapping: "the mapping \(shortText)"
        }
    }

    /// The value alone, as messages quote it; long values are cut.
    var shortText: String {
        if case .text(let text) = content { "'\(Self.shortened(text))'" } else { Self.shortened(flowText) }
    }

    private static func shortened(_ text: String) -> String {
        text.replacing("\n", with: " ").excerpt
    }

    /// Plain where no reader of YAML, 1.1 or 1.2, could take the word for anything but text; else in double quotes.
    private static func quotedIfNeeded(_ text: String) -> String {
        let safe = text.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "/"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
        let startsLikeAWord = text.first.map { $0.isLetter || $0 == "/" } ?? false
        let reserved = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"].contains(text.lowercased())
        return safe && startsLikeAWord && !reserved ? text : quoted(text)
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case "\n": "\\n"
            case _ where scalar.properties.generalCategory == .control:
                String(format: "\\u%04X", scalar.value)
            // Line ends and a byte order mark to readers of YAML, and what they refuse as no character at all.
            case "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{FFFE}", "\u{FFFF}":
                String(format: "\\u%04X", scalar.value)
            default: String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }
}
