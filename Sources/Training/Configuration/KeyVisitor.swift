/// Goes through the keys of a section, in order, and reads or writes each of them.
///
/// A section lists its keys once, in `visit`: key, property and what the property allows stand on one line, so what is read and
/// what is written cannot drift apart.
protocol KeyVisitor {
    /// What reading throws; writing cannot fail.
    associatedtype Failure: Error

    mutating func value<Value: ConfigurationValue>(
        _ key: String, _ value: inout Value, _ constraint: Constraint<Value.Scalar>) throws(Failure)

    mutating func section(_ key: String, _ section: inout some ConfigurationSection) throws(Failure)

    /// Whether the text being read states the key, with something else than null.
    func isGiven(_ key: String) -> Bool

    /// Refuses what is being read, at `key`, unless `condition` holds: for rules between several keys.
    func require(_ condition: Bool, at key: String, _ problem: @autoclosure () -> String) throws(Failure)
}

/// A group of keys; a new value holds the defaults.
protocol ConfigurationSection {
    mutating func visit<Keys: KeyVisitor>(_ keys: inout Keys) throws(Keys.Failure)
}
