import NeuralNetwork

extension Experiment.Layer {
    /// The layer that the configuration describes.
    /// - Throws: ``ModelError`` for one that is not available yet.
    var description: LayerDescription {
        get throws {
            switch self {
            case .plain(let layer): return layer.description
            case .linear(let settings): return .linear(settings.outputs, weight: settings.initializer)
            case .residual(let settings):
                return .residual(
                    try settings.main.map { try $0.description },
                    shortcut: try settings.shortcut?.map { try $0.description })
            case .conv2d(let settings):
                return .conv2d(
                    settings.channels, kernel: settings.kernel, stride: settings.stride, padding: settings.padding,
                    bias: settings.bias, weightInitializer: settings.initializer)
            case .maxPool(let settings):
                return .maxPool(settings.kernel, stride: settings.stride, padding: settings.padding)
            case .averagePool(let settings):
                return .averagePool(settings.kernel, stride: settings.stride, padding: settings.padding)
            case .dropout:
                throw ModelError("model.layers: \(tree.flowText) is not available yet.")
            }
        }
    }
}

extension Experiment.PlainLayer {
    fileprivate var description: LayerDescription {
        switch self {
        case .flatten: .flatten
        case .relu: .relu
        case .sigmoid: .sigmoid
        case .tanh: .tanh
        case .softmax: .softmax
        case .logSoftmax: .logSoftmax
        case .globalAveragePool: .globalAveragePool
        case .batchNorm: .batchNorm
        }
    }
}
