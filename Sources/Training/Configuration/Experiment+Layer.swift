extension Experiment {
    /// One entry of `model.layers`.
    public indirect enum Layer: Equatable, Sendable {
        case plain(PlainLayer)
        case linear(LinearSettings)
        case conv2d(ConvolutionSettings)
        case maxPool(PoolSettings)
        case averagePool(PoolSettings)
        /// The share of elements that training sets to 0.
        case dropout(Double)
        case residual(ResidualSettings)
    }

    /// A layer that has no settings: in a file, its name alone.
    public enum PlainLayer: String, ConfigurationWord {
        /// `[batch, height, width, channels]` to `[batch, height · width · channels]`.
        case flatten
        case relu, sigmoid, tanh, softmax, logSoftmax, globalAveragePool, batchNorm
    }

    /// A layer that has settings: in a file, `{name: settings}`.
    enum LayerWithSettings: String, CaseIterable {
        case linear, conv2d, maxPool, averagePool, dropout, residual

        /// How it is written.
        var example: String {
            switch self {
            case .linear: "{linear: 128}"
            case .conv2d: "{conv2d: {channels: 32, kernel: 3}}"
            case .maxPool: "{maxPool: 2}"
            case .averagePool: "{averagePool: 2}"
            case .dropout: "{dropout: 0.5}"
            case .residual: "{residual: {main: [{linear: 128}, relu, {linear: 128}]}}"
            }
        }
    }
}

extension Experiment.Layer {
    /// The names of all layers.
    static let names =
        Experiment.PlainLayer.allCases.map(\.rawValue) + Experiment.LayerWithSettings.allCases.map(\.rawValue)

    /// Flattens images.
    public static var flatten: Self { .plain(.flatten) }

    /// The rectifier.
    public static var relu: Self { .plain(.relu) }

    /// A linear layer with bias and this many outputs.
    public static func linear(_ outputs: Int) -> Self { .linear(Experiment.LinearSettings(outputs: outputs)) }
}
