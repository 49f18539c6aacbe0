import Files

extension ConfigurationTree {
    /// Keys that an override displaces, unless it is null: of each pair a configuration states one.
    private static let displaced = [
        "training.batchSize": ["training.globalBatchSize"], "training.globalBatchSize": ["training.batchSize"],
        "model.name": ["model.layers"], "model.layers": ["model.name", "model.widths"],
    ]

    /// The tree with one `key.path=value` of the command line laid over it.
    ///
    /// The value is YAML. A mapping replaces only the keys it names; anything else replaces the whole value.
    /// - Throws: ``ConfigurationError`` naming the option if it has no `=`, an empty key, or a value that is not YAML.
    func overridden(by option: String) throws(ConfigurationError) -> ConfigurationTree {
        let origin = "--set \(option.excerpt)"
        guard let equals = option.firstIndex(of: "=") else {
            throw ConfigurationError(origin, "expected key.path=value, found no '='")
        }
        let keys = option[..<equals].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard !keys.contains("") else {
            throw ConfigurationError(origin, "expected key.path=value, found an empty key")
        }
        let value = try ConfigurationTree(yaml: String(option[option.index(after: equals)...])) { _ in origin }
        let layer = keys.reversed().reduce(value) { inner, key in
            ConfigurationTree(.mapping([Entry(key: key, origin: origin, value: inner)]), origin: origin)
        }
        return overlaid(with: layer, path: "")
    }

    private func overlaid(with layer: ConfigurationTree, path: String) -> ConfigurationTree {
        guard case .mapping(var entries) = content, case .mapping(let changes) = layer.content else { return layer }
        let displaced = changes.filter { !$0.value.isNull }.flatMap { Self.displaced[path + $0.key] ?? [] }
        entries.removeAll { displaced.contains(path + $0.key) }
        for change in changes {
            guard let index = entries.firstIndex(where: { $0.key == change.key }) else {
                entries.append(change)
                continue
            }
            let value = entries[index].value.overlaid(with: change.value, path: path + change.key + ".")
            entries[index] = Entry(key: change.key, origin: change.origin, value: value)
        }
        return ConfigurationTree(.mapping(entries), origin: origin)
    }
}
