import Files

extension Experiment.Layer: ConfigurationValue {
    static func read(
        _ tree: ConfigurationTree, key: String, _ constraint: Constraint<Self>
    ) throws(ConfigurationError) -> Self {
        let (name, settings) = try parts(of: tree, key: key)
        func refused(_ problem: String) -> ConfigurationError { ConfigurationError(tree.origin, key: key, problem) }
        guard names.contains(name) else {
            let suggestion = name.nearest(in: names).map { " (did you mean '\($0)'?)" } ?? ""
            throw refused("there is no layer '\(name.excerpt)'\(suggestion); expected \(names.listed("or"))")
        }
        guard let kind = Experiment.LayerWithSettings(rawValue: name) else {
            guard settings == nil, let layer = Experiment.PlainLayer(rawValue: name) else {
                throw refused("\(name) takes no value, found \(tree.summary)")
            }
            return .plain(layer)
        }
        guard let settings, !settings.isNull else { throw refused("\(name) needs a value, as in \(kind.example)") }
        return try Self(kind, settings, key: "\(key).\(name)")
    }

    /// A layer is written `name` or `{name: settings}`.
    private static func parts(
        of tree: ConfigurationTree, key: String
    ) throws(ConfigurationError) -> (name: String, settings: ConfigurationTree?) {
        switch tree.content {
        case .text(let name): return (name, nil)
        case .mapping(let entries) where entries.count == 1: return (entries[0].key, entries[0].value)
        default: throw tree.mismatch(key, expected: "a layer, such as relu or {linear: 128}")
        }
    }

    private init(
        _ kind: Experiment.LayerWithSettings, _ settings: ConfigurationTree, key: String
    ) throws(ConfigurationError) {
        self =
            switch kind {
            case .linear: .linear(try .read(settings, key: key))
            case .conv2d: .conv2d(try .read(settings, key: key))
            case .maxPool: .maxPool(try .read(settings, key: key))
            case .averagePool: .averagePool(try .read(settings, key: key))
            case .dropout: .dropout(try Double.read(settings, key: key, .dropoutRate))
            case .residual: .residual(try .read(settings, key: key))
            }
    }

    var tree: ConfigurationTree {
        switch self {
        case .plain(let layer): ConfigurationTree(.text(layer.rawValue))
        case .linear(let settings): Self.entry(.linear, settings.tree)
        case .conv2d(let settings): Self.entry(.conv2d, SectionWriter.tree(of: settings))
        case .maxPool(let settings): Self.entry(.maxPool, settings.tree)
        case .averagePool(let settings): Self.entry(.averagePool, settings.tree)
        case .dropout(let rate): Self.entry(.dropout, rate.tree)
        case .residual(let settings): Self.entry(.residual, SectionWriter.tree(of: settings))
        }
    }

    private static func entry(_ kind: Experiment.LayerWithSettings, _ settings: ConfigurationTree) -> ConfigurationTree
    {
        ConfigurationTree(.mapping([.init(key: kind.rawValue, origin: "", value: settings)]))
    }
}

extension Constraint where Value == Experiment.Layer {
    static var any: Self { Self(expectation: "a layer") { _ in true } }
}

extension Constraint where Value == Double {
    /// At 1 nothing would be left.
    fileprivate static var dropoutRate: Self {
        .that("a number from 0 up to, not including, 1") { $0 >= 0 && Float($0) < 1 }
    }
}
