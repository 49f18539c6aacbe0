extension Experiment {
    /// One entry of `model.layers`.
    public enum Layer: Equatable, Sendable {
        /// `[batch, height, width, channels]` to `[batch, height · width · channels]`.
        case flatten
        case relu
        /// A linear layer with bias and this many outputs.
        case linear(Int)
    }
}

extension Experiment.Layer: ConfigurationValue {
    private static let allowed = "flatten, relu or linear: N"

    /// Layers that are known by name and still to come: a line leaves when its layer arrives.
    private static let pending: Set = [
        "conv2d",
        "maxPool",
        "averagePool",
        "globalAveragePool",
        "batchNorm",
        "dropout",
        "sigmoid",
        "tanh",
        "softmax",
        "logSoftmax",
        "residual",
    ]

    static func read(
        _ tree: ConfigurationTree, key: String, _ constraint: Constraint<Self>
    ) throws(ConfigurationError) -> Self {
        let (name, argument) = try parts(of: tree, key: key)
        switch (name, argument) {
        case ("flatten", nil): return .flatten
        case ("relu", nil): return .relu
        case ("linear", let outputs?):
            return .linear(try Int.read(outputs, key: "\(key).linear", .width))
        case ("linear", nil):
            throw ConfigurationError(tree.origin, key: key, "linear needs its number of outputs, as in {linear: 128}")
        case ("flatten", _), ("relu", _):
            throw ConfigurationError(tree.origin, key: key, "\(name) takes no value, found \(tree.summary)")
        case _ where pending.contains(name):
            throw ConfigurationError(tree.origin, key: key, "'\(name)' is not available yet; use \(allowed)")
        default:
            throw ConfigurationError(tree.origin, key: key, "there is no layer '\(name)'; expected \(allowed)")
        }
    }

    /// A layer is written `name` or `{name: argument}`.
    private static func parts(
        of tree: ConfigurationTree, key: String
    ) throws(ConfigurationError) -> (name: String, argument: ConfigurationTree?) {
        switch tree.content {
        case .text(let name): return (name, nil)
        case .mapping(let entries) where entries.count == 1: return (entries[0].key, entries[0].value)
        default: throw tree.mismatch(key, expected: "a layer (\(allowed))")
        }
    }

    var tree: ConfigurationTree {
        switch self {
        case .flatten: ConfigurationTree(.text("flatten"))
        case .relu: ConfigurationTree(.text("relu"))
        case .linear(let outputs): ConfigurationTree(.mapping([.init(key: "linear", origin: "", value: outputs.tree)]))
        }
    }
}

extension Constraint where Value == Experiment.Layer {
    static var any: Self { Self(expectation: "a layer") { _ in true } }
}
