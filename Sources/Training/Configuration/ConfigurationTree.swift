/// A configuration before it has types: what the text says, and where it says it.
struct ConfigurationTree: Sendable {
    enum Content: Sendable {
        case null
        case bool(Bool)
        /// The digits as written: only the key that reads them knows whether a fraction is meant.
        case number(String)
        case text(String)
        case list([ConfigurationTree])
        case mapping([Entry])
    }

    struct Entry: Sendable {
        let key: String
        /// Where the key stands; `value` may begin on another line.
        let origin: String
        var value: ConfigurationTree
    }

    var content: Content
    var origin: String

    init(_ content: Content, origin: String = "") {
        self.content = content
        self.origin = origin
    }

    var isNull: Bool {
        if case .null = content { true } else { false }
    }

    /// The entry at a dotted path such as `optimizer.name`, if the text states it.
    func entry(at path: String) -> Entry? {
        let parts = path.split(separator: ".", maxSplits: 1)
        guard case .mapping(let entries) = content, let entry = entries.first(where: { $0.key == parts[0] }) else {
            return nil
        }
        return parts.count == 1 ? entry : entry.value.entry(at: String(parts[1]))
    }
}
