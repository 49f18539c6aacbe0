import NeuralNetwork

extension Experiment.Layer {
    /// The layer that the configuration describes.
    var description: LayerDescription {
        switch self {
        case .plain(let layer): return layer.description
        case .linear(let settings): return .linear(settings.outputs, weight: settings.initializer)
        case .residual(let settings):
            return .residual(
                settings.main.map(\.description), shortcut: settings.shortcut?.map(\.description))
        case .conv2d(let settings):
            return .conv2d(
                settings.channels, kernel: settings.kernel, stride: settings.stride, padding: settings.padding,
                bias: settings.bias, weightInitializer: settings.initializer)
        case .maxPool(let settings):
            return .maxPool(settings.kernel, stride: settings.stride, padding: settings.padding)
        case .averagePool(let settings):
            return .averagePool(settings.kernel, stride: settings.stride, padding: settings.padding)
        case .dropout(let rate): return .dropout(rate)
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
