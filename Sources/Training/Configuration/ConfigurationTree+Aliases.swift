internal import Yams

extension ConfigurationTree {
    /// Refuses aliases in keys before anything is composed of them: Yams compares the keys of a mapping with each other, and in a key a few
    /// lines of aliases can stand for more values than could ever be gone through.
    ///
    /// The text is read with a plain word in the place of each alias, which shows where they stand. Nothing else changes its kind: an
    /// asterisk elsewhere, in a word, a quoted text, a tag or a comment, is one character of several.
    static func requireHarmlessAliases(in text: String, locate: (Int?) -> String) throws(ConfigurationError) {
        let withoutAliases = text.replacing("*", with: placeholder)
        if let root = try composed(withoutAliases, locate: locate) {
            try requireHarmlessAliases(in: root, locate: locate)
        }
    }

    private static func requireHarmlessAliases(
        in node: Node, locate: (Int?) -> String
    ) throws(ConfigurationError) {
        switch node {
        case .mapping(let mapping):
            for (key, value) in mapping {
                guard let word = key.scalar, alias(in: word) == nil else { throw noWord(at: locate(key.mark?.line)) }
                try requireHarmlessAliases(in: value, locate: locate)
            }
        case .sequence(let sequence):
            for element in sequence { try requireHarmlessAliases(in: element, locate: locate) }
        case .scalar(let word):
            // In [*a:1] the word ends later than the alias, which is a key.
            guard let name = alias(in: word), !isName(name) else { return }
            throw ConfigurationError(locate(node.mark?.line), "expected an alias alone, found more behind its name")
        case .alias: break
        }
    }

    /// What a plain word begins with that may stand in the place of an alias, in tags too.
    private static let placeholder = "alias-of-"

    /// What stands behind the asterisk if `word` is in the place of an alias.
    private static func alias(in word: Node.Scalar) -> Substring? {
        guard word.style == .plain, word.string.hasPrefix(placeholder) else { return nil }
        return word.string.dropFirst(placeholder.count)
    }

    /// Whether all of `text` belongs to the name of an alias, as libYAML reads it.
    private static func isName(_ text: Substring) -> Bool {
        text.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }
}
