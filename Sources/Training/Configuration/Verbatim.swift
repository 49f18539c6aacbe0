/// A value whose forms are not settled yet, kept as it was written: enough to pass it on and to refuse it by name.
public struct Verbatim: Equatable, Sendable {
    let tree: ConfigurationTree

    public init(_ word: String) {
        tree = ConfigurationTree(.text(word))
    }

    /// The value on one line of YAML.
    public var text: String { tree.flowText }

    public static func == (left: Verbatim, right: Verbatim) -> Bool {
        left.text == right.text
    }
}

extension Verbatim: ConfigurationScalar {
    init?(_ content: ConfigurationTree.Content) {
        tree = ConfigurationTree(content)
    }
}

extension Constraint where Value == Verbatim {
    static var any: Self { Self(expectation: "a value") { _ in true } }
}
