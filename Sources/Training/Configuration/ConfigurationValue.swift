/// What can stand behind a key.
protocol ConfigurationValue: Sendable {
    /// What a constraint speaks about: the value itself, or the elements of lists and optionals.
    associatedtype Scalar

    /// - Throws: ``ConfigurationError`` if the tree has another type or breaks the constraint.
    static func read(_ tree: ConfigurationTree, key: String, _ constraint: Constraint<Scalar>)
        throws(ConfigurationError) -> Self

    var tree: ConfigurationTree { get }
}

extension ConfigurationTree {
    func mismatch(_ key: String, expected: String) -> ConfigurationError {
        ConfigurationError(origin, key: key, "expected \(expected), found \(summary)")
    }
}

extension Optional: ConfigurationValue where Wrapped: ConfigurationValue {
    static func read(_ tree: ConfigurationTree, key: String, _ constraint: Constraint<Wrapped.Scalar>)
        throws(ConfigurationError) -> Self
    {
        tree.isNull ? nil : try Wrapped.read(tree, key: key, constraint)
    }

    var tree: ConfigurationTree { self?.tree ?? ConfigurationTree(.null) }
}

extension Array: ConfigurationValue where Element: ConfigurationValue {
    static func read(_ tree: ConfigurationTree, key: String, _ constraint: Constraint<Element.Scalar>)
        throws(ConfigurationError) -> Self
    {
        guard case .list(let elements) = tree.content else { throw tree.mismatch(key, expected: "a list") }
        return try elements.enumerated().map { (index, element) throws(ConfigurationError) in
            try Element.read(element, key: "\(key)[\(index)]", constraint)
        }
    }

    var tree: ConfigurationTree { ConfigurationTree(.list(map(\.tree))) }
}
