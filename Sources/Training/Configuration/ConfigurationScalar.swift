/// A value that is written as one word or number.
protocol ConfigurationScalar: ConfigurationValue where Scalar == Self {
    init?(_ content: ConfigurationTree.Content)
}

extension ConfigurationScalar {
    static func read(_ tree: ConfigurationTree, key: String, _ constraint: Constraint<Self>) throws(ConfigurationError)
        -> Self
    {
        guard let value = Self(tree.content), constraint.allows(value) else {
            throw tree.mismatch(key, expected: constraint.expectation)
        }
        return value
    }
}

extension Int: ConfigurationScalar {
    init?(_ content: ConfigurationTree.Content) {
        guard case .number(let digits) = content else { return nil }
        self.init(digits)
    }

    var tree: ConfigurationTree { ConfigurationTree(.number(String(self))) }
}

extension UInt64: ConfigurationScalar {
    init?(_ content: ConfigurationTree.Content) {
        guard case .number(let digits) = content else { return nil }
        self.init(digits)
    }

    var tree: ConfigurationTree { ConfigurationTree(.number(String(self))) }
}

extension Double: ConfigurationScalar {
    init?(_ content: ConfigurationTree.Content) {
        guard case .number(let digits) = content, let value = ConfigurationTree.Content.number(in: digits) else {
            return nil
        }
        self = value
    }

    var tree: ConfigurationTree { ConfigurationTree(ConfigurationTree.Content(self)) }
}

extension Bool: ConfigurationScalar {
    init?(_ content: ConfigurationTree.Content) {
        guard case .bool(let value) = content else { return nil }
        self = value
    }

    var tree: ConfigurationTree { ConfigurationTree(.bool(self)) }
}

extension String: ConfigurationScalar {
    static func read(
        _ tree: ConfigurationTree, key: String, _ constraint: Constraint<Self>
    ) throws(ConfigurationError) -> Self {
        if let text = Self(tree.content), constraint.allows(text) { return text }
        let hint =
            switch tree.content {
            case .number, .bool: ", in quotes"
            default: ""
            }
        throw tree.mismatch(key, expected: constraint.expectation + hint)
    }

    init?(_ content: ConfigurationTree.Content) {
        guard case .text(let text) = content else { return nil }
        self = text
    }

    var tree: ConfigurationTree { ConfigurationTree(.text(self)) }
}

/// An enumeration whose cases are words of the configuration.
protocol ConfigurationWord: ConfigurationScalar, RawRepresentable, CaseIterable where RawValue == String {}

extension ConfigurationWord {
    init?(_ content: ConfigurationTree.Content) {
        guard case .text(let word) = content else { return nil }
        self.init(rawValue: word)
    }

    var tree: ConfigurationTree { ConfigurationTree(.text(rawValue)) }
}
