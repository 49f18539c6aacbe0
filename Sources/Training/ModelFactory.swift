import NeuralNetwork
import TensorCore

extension Experiment {
    /// The model that the configuration describes, for samples of `inputShape` in `classes` classes.
    /// - Throws: ``ModelError`` if layers do not fit the input or the classes.
    func makeModel(inputShape: Shape, classes: Int) throws -> NeuralNetwork.Model {
        let made = try NeuralNetwork.Model(inputShape: inputShape, description(classes: classes))
        guard made.outputShape == [classes] else {
            throw ModelError(
                "model: the last layer gives \(made.outputShape) per sample, but the dataset has \(classes) classes.")
        }
        return made
    }

    private func description(classes: Int) throws -> LayerDescription {
        switch model.architecture {
        case .softmaxRegression: return .softmaxRegression(classes: classes)
        case .mlp(let widths): return .multilayerPerceptron(widths: widths, classes: classes)
        case .layers(let layers): return try .sequential(layers.map { try $0.description })
        case .lenet: return .leNet(classes: classes)
        case .cnn: return .convolutionalNetwork(classes: classes)
        case .resnet8, .resnet18:
            throw ModelError("model.name: '\(model.architecture)' is not available yet.")
        }
    }
}
