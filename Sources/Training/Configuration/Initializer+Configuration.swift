public import NeuralNetwork

/// In a file: `xavierUniform`, `xavierNormal`, `kaimingUniform`, `kaimingNormal`, `{normal: 0.01}`, `{uniform: 0.1}` or
/// `{constant: 0}`.
extension Initializer: ConfigurationValue {
    private static let words: [(name: String, value: Initializer)] = [
        ("xavierUniform", .xavierUniform), ("xavierNormal", .xavierNormal), ("kaimingUniform", .kaimingUniform),
        ("kaimingNormal", .kaimingNormal),
    ]

    private static var expectation: String {
        (words.map(\.name) + ["{normal: 0.01}", "{uniform: 0.1}", "{constant: 0}"]).listed("or")
    }

    static func read(
        _ tree: ConfigurationTree, key: String, _ constraint: Constraint<Self>
    ) throws(ConfigurationError) -> Self {
        switch tree.content {
        case .text(let name):
            if let word = words.first(where: { $0.name == name }) { return word.value }
        case .mapping(let entries) where entries.count == 1:
            if let value = try read(entries[0].key, entries[0].value, key: key) { return value }
        default: break
        }
        throw tree.mismatch(key, expected: expectation)
    }

    private static func read(
        _ name: String, _ value: ConfigurationTree, key: String
    ) throws(ConfigurationError) -> Self? {
        switch name {
        case "normal": .normal(standardDeviation: try Double.read(value, key: "\(key).normal", .notNegative))
        case "uniform": .uniform(bound: try Double.read(value, key: "\(key).uniform", .notNegative))
        case "constant": .constant(Float(try Double.read(value, key: "\(key).constant", .finite)))
        default: nil
        }
    }

    var tree: ConfigurationTree {
        switch self {
        case .normal(let deviation): Self.entry("normal", deviation)
        case .uniform(let bound): Self.entry("uniform", bound)
        case .constant(let value): Self.entry("constant", Double(value.description) ?? Double(value))
        default: ConfigurationTree(.text(Self.words.first { $0.value == self }?.name ?? ""))
        }
    }

    private static func entry(_ name: String, _ value: Double) -> ConfigurationTree {
        ConfigurationTree(.mapping([.init(key: name, origin: "", value: value.tree)]))
    }
}

extension Constraint where Value == Initializer {
    static var any: Self { Self(expectation: "an initializer") { _ in true } }
}

extension Constraint where Value == Double {
    fileprivate static var finite: Self {
        .that("a finite number") { Float($0).isFinite }
    }
}
