extension Experiment {
    /// Reads an experiment from a YAML file, with `key.path=value` overrides laid over it in order.
    ///
    /// The value of an override is YAML; a mapping replaces only the keys it names.
    /// - Throws: ``ConfigurationError`` naming the file and line, or the override, and the key.
    public static func load(file: String, overrides: [String] = []) throws(ConfigurationError) -> Experiment {
        try Experiment(yaml: text(of: file), source: file, overrides: overrides)
    }

    /// Reads an experiment from YAML text; `source` names the text in errors.
    public init(yaml: String, source: String, overrides: [String] = []) throws(ConfigurationError) {
        var tree = try ConfigurationTree(yaml: yaml) { line in line.map { "\(source):\($0)" } ?? source }
        guard !tree.isNull else {
            throw ConfigurationError(source, "the file is empty; an experiment needs at least a name")
        }
        for option in overrides { tree = try tree.overridden(by: option) }
        try self.init(tree, source: source)
    }

    /// Checks a value made in code by the rules of the file, keys that are not available yet included.
    public func validate() throws(ConfigurationError) {
        _ = try Experiment(tree, source: "experiment '\(name)'")
    }

    init(_ tree: ConfigurationTree, source: String) throws(ConfigurationError) {
        self.init(name: "")
        try SectionReader.read(tree, into: &self)
        guard tree.entry(at: "name") != nil else {
            throw ConfigurationError(source, key: "name", "every experiment needs a name, found none")
        }
        try requireAvailable(in: tree, source: source)
        try requireReadableText(source: source)
    }

    /// Refuses an experiment whose ``yaml`` could not be read again, and with it no checkpoint: that states every key, and so may hold
    /// more values and be nested deeper than the text the experiment came from.
    private func requireReadableText(source: String) throws(ConfigurationError) {
        do {
            _ = try ConfigurationTree(yaml: yaml) { _ in source }
        } catch {
            throw ConfigurationError(
                source,
                "with every key written out, as runs and checkpoints keep it, it could not be read again "
                    + "(\(error.problem))")
        }
    }

    /// Far above any experiment, so that a data file given by mistake is not read to its end.
    private static let byteLimit = 1 << 20

    private static func text(of file: String) throws(ConfigurationError) -> String {
        let data = try ConfigurationFile.bytes(of: file, limit: byteLimit + 1)
        guard data.count <= byteLimit else {
            throw ConfigurationError(file, "expected a YAML file of at most \(byteLimit) bytes, found more")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw ConfigurationError(file, "expected UTF-8 text, found other bytes")
        }
        return text
    }
}
