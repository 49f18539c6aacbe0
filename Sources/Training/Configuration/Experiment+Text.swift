extension Experiment {
    /// Every key and value as a YAML file that reads back as an equal experiment: `config.yaml` of a run, metadata of a checkpoint.
    public var yaml: String { tree.fileText }

    /// The text that ranks compare: ``yaml`` without the paths of a host, which may differ from rank to rank.
    public var agreementText: String {
        var shared = self
        shared.dataset.path = nil
        shared.model.weights = nil
        return shared.yaml
    }

    var tree: ConfigurationTree { SectionWriter.tree(of: self) }
}

extension Experiment: Codable {
    public func encode(to encoder: any Encoder) throws {
        try tree.encode(to: encoder)
    }

    /// - Throws: ``ConfigurationError`` for what a file would be refused for.
    public init(from decoder: any Decoder) throws {
        try self.init(ConfigurationTree(from: decoder), source: "the encoded experiment")
    }
}
