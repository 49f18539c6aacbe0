/// Writes every key of a section, in the section's order, into a tree.
struct SectionWriter: KeyVisitor {
    typealias Failure = Never

    private var entries: [ConfigurationTree.Entry] = []

    /// All keys of `section` with their values.
    static func tree(of section: some ConfigurationSection) -> ConfigurationTree {
        var writer = SectionWriter()
        var copy = section
        copy.visit(&writer)
        return ConfigurationTree(.mapping(writer.entries))
    }

    mutating func value<Value: ConfigurationValue>(
        _ key: String, _ value: inout Value, _ constraint: Constraint<Value.Scalar>
    ) {
        entries.append(.init(key: key, origin: "", value: value.tree))
    }

    mutating func section(_ key: String, _ section: inout some ConfigurationSection) {
        entries.append(.init(key: key, origin: "", value: Self.tree(of: section)))
    }

    func isGiven(_ key: String) -> Bool { false }

    func require(_ condition: Bool, at key: String, _ problem: @autoclosure () -> String) {}
}
