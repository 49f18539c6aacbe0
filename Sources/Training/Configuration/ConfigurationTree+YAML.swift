import Files
internal import Yams

extension ConfigurationTree {
    /// Reads one YAML document.
    ///
    /// - Parameters:
    ///   - yaml: The text; anchors and aliases are resolved.
    ///   - locate: The origin of a line, counted from 1; of the text as a whole for nil.
    /// - Throws: ``ConfigurationError`` on broken syntax, a key given twice, or tags of somebody else's types.
    init(yaml: String, locate: (Int?) -> String) throws(ConfigurationError) {
        var remaining = Self.nodeLimit
        guard let root = try Self.root(of: yaml, locate: locate) else {
            self.init(.null, origin: locate(nil))
            return
        }
        try self.init(node: root, remaining: &remaining, locate: locate)
    }

    private static func root(of yaml: String, locate: (Int?) -> String) throws(ConfigurationError) -> Node? {
        // Windows editors begin UTF-8 files with a byte order mark; libYAML takes it for a character.
        let text = yaml.hasPrefix("\u{FEFF}") ? String(yaml.dropFirst()) : yaml
        if text.contains("*") { try requireHarmlessAliases(in: text, locate: locate) }
        return try composed(text, locate: locate)
    }

    /// The nodes of `text`, in which aliases are replaced by what they stand for.
    static func composed(_ text: String, locate: (Int?) -> String) throws(ConfigurationError) -> Node? {
        do {
            // The encoding is named because Yams else asks an environment variable and prints what it found.
            return try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
        } catch {
            let yamlError = error as? YamlError
            throw yamlError?.configurationError(locate: locate)
                ?? ConfigurationError(locate(nil), "not valid YAML: \(error)")
        }
    }

    /// More than any experiment needs, and few enough that aliases of aliases cannot fill the memory.
    private static let nodeLimit = 10_000

    private init(node: Node, remaining: inout Int, locate: (Int?) -> String) throws(ConfigurationError) {
        let origin = locate(node.mark?.line)
        remaining -= 1
        guard remaining > 0 else {
            throw ConfigurationError(locate(nil), "holds more than \(Self.nodeLimit) values, aliases expanded")
        }
        switch node {
        case .scalar(let scalar):
            self.init(try Self.content(of: scalar, origin: origin), origin: origin)
        case .sequence(let sequence):
            try Self.requireTag("seq", sequence.tag, origin: origin)
            var elements: [ConfigurationTree] = []
            for element in sequence {
                elements.append(try Self(node: element, remaining: &remaining, locate: locate))
            }
            self.init(.list(elements), origin: origin)
        case .mapping(let mapping):
            try Self.requireTag("map", mapping.tag, origin: origin)
            var entries: [Entry] = []
            for pair in mapping {
                entries.append(try Self.entry(pair, remaining: &remaining, locate: locate))
            }
            self.init(.mapping(entries), origin: origin)
        case .alias:
            // The parser has replaced aliases by what they stand for.
            throw ConfigurationError(origin, "holds an alias that could not be resolved")
        }
    }

    private static func entry(
        _ pair: (key: Node, value: Node), remaining: inout Int, locate: (Int?) -> String
    ) throws(ConfigurationError) -> Entry {
        let origin = locate(pair.key.mark?.line)
        guard let key = pair.key.scalar else { throw noWord(at: origin) }
        // Refuses tags that have no meaning.
        _ = try content(of: key, origin: origin)
        return Entry(
            key: key.string, origin: origin, value: try Self(node: pair.value, remaining: &remaining, locate: locate))
    }

    static func noWord(at origin: String) -> ConfigurationError {
        ConfigurationError(origin, "expected a word as key, found a list, a mapping or an alias")
    }

    private static func content(of scalar: Node.Scalar, origin: String) throws(ConfigurationError) -> Content {
        let isPlain = scalar.style == .plain || scalar.style == .any
        switch name(of: scalar.tag) {
        case "" where isPlain, "int", "float", "bool", "null": return Content(plain: scalar.string)
        case "", "!", "str": return .text(scalar.string)
        case let tag: throw meaningless(tag, origin: origin)
        }
    }

    /// Refuses another tag of a list or a mapping than none, `!`, or YAML's own `type`.
    private static func requireTag(_ type: String, _ tag: Tag, origin: String) throws(ConfigurationError) {
        let found = name(of: tag)
        guard ["", "!", type].contains(found) else { throw meaningless(found, origin: origin) }
    }

    private static func name(of tag: Tag) -> String {
        tag.rawValue.replacing("tag:yaml.org,2002:", with: "")
    }

    private static func meaningless(_ tag: String, origin: String) -> ConfigurationError {
        ConfigurationError(origin, "the tag '\(tag.excerpt)' has no meaning here")
    }
}

extension YamlError {
    /// The parser's complaint as one sentence.
    fileprivate func configurationError(locate: (Int?) -> String) -> ConfigurationError {
        switch self {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            // libYAML's own words name a function to call.
            guard !problem.hasPrefix("Maximum nesting level") else {
                return ConfigurationError(locate(mark.line), "holds values nested too deeply")
            }
            let during = context.map { " (\($0.text))" } ?? ""
            return ConfigurationError(locate(mark.line), "not valid YAML: \(problem)\(during)")
        case .reader(let problem, let offset, _, let yaml):
            let line = offset.map { yaml.prefix($0).count(where: \.isNewline) + 1 }
            return ConfigurationError(locate(line), "not valid YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.map { "'\($0)'" }.joined(separator: ", ").excerpt
            return ConfigurationError(locate(context.mark.line), "\(names) is given more than once in one section")
        default:
            return ConfigurationError(locate(nil), "not valid YAML: \(description)")
        }
    }
}
