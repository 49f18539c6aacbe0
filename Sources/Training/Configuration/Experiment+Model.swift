extension Experiment {
    /// The network and where its first weights come from.
    public struct ModelSettings: Equatable, Sendable {
        public var architecture = Architecture.cnn
        /// A checkpoint to take the first weights from; nil draws them at random.
        public var weights: String?

        public init() {}
    }

    /// A network: one of the known ones, by `name`, or its `layers` one by one.
    public enum Architecture: Equatable, Sendable {
        case softmaxRegression
        /// Linear layers with ReLU between them; `widths` are the hidden ones.
        case mlp(widths: [Int])
        case lenet, cnn, resnet8, resnet18
        case layers([Layer])
    }
}

extension Experiment.ModelSettings: ConfigurationSection {
    mutating func visit<Keys: KeyVisitor>(_ keys: inout Keys) throws(Keys.Failure) {
        var (name, widths, layers) = architecture.keys
        try keys.value("name", &name, .any)
        try keys.value("widths", &widths, .width)
        try keys.value("layers", &layers, .any)
        try keys.value("weights", &weights, .path)
        // The default name gives way to layers; one that is stated does not.
        if keys.isGiven("layers") && !keys.isGiven("name") { name = nil }

        try keys.require(
            (name == nil) != (layers == nil), at: "layers",
            "expected either the name of a model or a list of layers, found \(name == nil ? "neither" : "both")")
        try keys.require(layers != [], at: "layers", "expected at least one layer, found an empty list")
        try keys.require(name == .mlp || widths == nil, at: "widths", "only the model 'mlp' has hidden widths")
        try keys.require(widths != [], at: "widths", "expected at least one hidden width, found an empty list")
        architecture = Experiment.Architecture(name: name, widths: widths, layers: layers) ?? architecture
    }
}

/// The words for `model.name`.
private enum ModelName: String, ConfigurationWord {
    case softmaxRegression = "softmax-regression"
    case mlp, lenet, cnn
    case resnet8 = "resnet-8"
    case resnet18 = "resnet-18"
}

extension Experiment.Architecture {
    /// The hidden layer of an `mlp` that states none.
    private static let defaultWidths = [256]

    /// The architecture as the keys of the configuration.
    fileprivate var keys: (name: ModelName?, widths: [Int]?, layers: [Experiment.Layer]?) {
        switch self {
        case .softmaxRegression: (.softmaxRegression, nil, nil)
        case .mlp(let widths): (.mlp, widths, nil)
        case .lenet: (.lenet, nil, nil)
        case .cnn: (.cnn, nil, nil)
        case .resnet8: (.resnet8, nil, nil)
        case .resnet18: (.resnet18, nil, nil)
        case .layers(let layers): (nil, nil, layers)
        }
    }

    /// Nil for keys that together describe nothing.
    fileprivate init?(name: ModelName?, widths: [Int]?, layers: [Experiment.Layer]?) {
        switch name {
        case .softmaxRegression: self = .softmaxRegression
        case .mlp: self = .mlp(widths: widths ?? Self.defaultWidths)
        case .lenet: self = .lenet
        case .cnn: self = .cnn
        case .resnet8: self = .resnet8
        case .resnet18: self = .resnet18
        case nil:
            guard let layers else { return nil }
            self = .layers(layers)
        }
    }
}
