extension Experiment {
    /// Keys whose features are still to come, with the values that work today.
    ///
    /// Whoever builds a feature adds its value here, or deletes the line once every value of the key works. "null" stands
    /// for "without".
    static let available: [(key: String, values: [String])] = [
        ("dataset.name", ["fashion-mnist"]),
        ("dataset.classes", ["null"]),
        ("dataset.transforms", ["[]"]),
        ("dataset.validation", ["test"]),
        ("dataset.workers", ["0"]),
        ("optimizer.name", ["sgd", "adamw"]),
        ("logging.tensorBoard", ["false"]),
        ("logging.timeline", ["false"]),
    ]

    /// Refuses the first value whose feature is still to come; `text` is what it was read from.
    func requireAvailable(in text: ConfigurationTree, source: String) throws(ConfigurationError) {
        let resolved = tree
        for (key, values) in Self.available {
            guard let found = resolved.entry(at: key)?.value, !values.contains(found.flowText) else {
                continue
            }
            let stated = text.entry(at: key)
            let offered = values.count == 1 ? values : values.filter { $0 != "null" }
            throw ConfigurationError(
                stated?.origin ?? source, key: key,
                "\(found.shortText)\(stated == nil ? ", the default," : "") is not available yet; use \(offered.listed("or"))"
            )
        }
    }
}
