import NeuralNetwork

extension Experiment.Layer {
    /// The layer that the configuration describes.
    /// - Throws: ``ModelError`` for one that is not available yet.
    var description: LayerDescription {
        get throws {
            switch self {
            case .plain(let layer): return try layer.description
            case .linear(let settings): return .linear(settings.outputs, weight: settings.initializer)
            case .conv2d, .maxPool, .averagePool, .dropout, .residual:
                throw ModelError("model.layers: \(tree.flowText) is not available yet.")
            }
        }
    }
}

extension Experiment.PlainLayer {
    fileprivate var description: LayerDescription {
        get throws {
            switch self {
            case .flatten: return .flatten
            case .relu: return .relu
            case .sigmoid: return .sigmoid
            case .tanh: return .tanh
            case .softmax: return .softmax
            case .logSoftmax: return .logSoftmax
            case .globalAveragePool, .batchNorm:
                throw ModelError("model.layers: \(rawValue) is not available yet.")
            }
        }
    }
}
