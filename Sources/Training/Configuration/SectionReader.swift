import Files

/// Reads a section's keys from a tree; keys the section does not know are an error.
struct SectionReader: KeyVisitor {
    private let path: String
    private let origin: String
    private let entries: [ConfigurationTree.Entry]
    private var known: [String] = []

    private init(_ tree: ConfigurationTree, path: String) throws(ConfigurationError) {
        self.path = path
        origin = tree.origin
        switch tree.content {
        case .mapping(let entries): self.entries = entries
        // A section whose keys are all commented out.
        case .null: entries = []
        default:
            throw ConfigurationError(
                tree.origin, key: path.isEmpty ? nil : path, "expected a mapping of keys, found \(tree.summary)")
        }
    }

    /// Reads `tree` into `section`, which keeps its value for keys that the tree does not state.
    static func read(_ tree: ConfigurationTree, into section: inout some ConfigurationSection, path: String = "")
        throws(ConfigurationError)
    {
        var reader = try SectionReader(tree, path: path)
        try section.visit(&reader)
        try reader.refuseUnknownKeys()
    }

    mutating func value<Value: ConfigurationValue>(
        _ key: String, _ value: inout Value, _ constraint: Constraint<Value.Scalar>
    ) throws(ConfigurationError) {
        known.append(key)
        guard let entry = entry(key) else { return }
        value = try Value.read(entry.value, key: fullPath(key), constraint)
    }

    mutating func section(_ key: String, _ section: inout some ConfigurationSection) throws(ConfigurationError) {
        known.append(key)
        guard let entry = entry(key) else { return }
        try SectionReader.read(entry.value, into: &section, path: fullPath(key))
    }

    func isGiven(_ key: String) -> Bool {
        entry(key).map { !$0.value.isNull } ?? false
    }

    func require(_ condition: Bool, at key: String, _ problem: @autoclosure () -> String) throws(ConfigurationError) {
        guard !condition else { return }
        throw ConfigurationError(
            ConfigurationTree(.mapping(entries)).entry(at: key)?.origin ?? origin, key: fullPath(key), problem())
    }

    private func refuseUnknownKeys() throws(ConfigurationError) {
        guard let stranger = entries.first(where: { !known.contains($0.key) }) else { return }
        let suggestion = stranger.key.nearest(in: known).map { " (did you mean '\($0)'?)" } ?? ""
        throw ConfigurationError(
            stranger.origin, key: fullPath(stranger.key.excerpt),
            "there is no such key\(suggestion); allowed here are \(known.listed("and"))")
    }

    private func entry(_ key: String) -> ConfigurationTree.Entry? {
        entries.first { $0.key == key }
    }

    private func fullPath(_ key: String) -> String {
        path.isEmpty ? key : "\(path).\(key)"
    }
}
