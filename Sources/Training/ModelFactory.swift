import Datasets
import NeuralNetwork
import TensorCore

extension Experiment {
    /// The model that the configuration describes, for samples of `inputShape` in `classes` classes.
    /// - Throws: ``ModelError`` if layers do not fit the input or the classes, or the loss does not fit either.
    func makeModel(inputShape: Shape, classes: Int) throws -> NeuralNetwork.Model {
        let outputs = try outputCount(classes: classes)
        let made = try NeuralNetwork.Model(inputShape: inputShape, description(outputs: outputs))
        guard made.outputShape == [outputs] else {
            let wanted = outputs == classes ? "the dataset has \(classes) classes" : "the loss takes \(outputs)"
            throw ModelError("model: the last layer gives \(made.outputShape) per sample, but \(wanted).")
        }
        return made
    }

    /// The model for what the configured dataset holds, without opening it.
    /// - Throws: ``ModelError`` if layers do not fit the input or the classes.
    func makeModel() throws -> NeuralNetwork.Model {
        try makeModel(inputShape: Shape(FashionMNIST.sampleShape), classes: FashionMNIST.classNames.count)
    }

    /// The numbers per sample that the loss asks of the model.
    private func outputCount(classes: Int) throws -> Int {
        switch loss.name {
        case .crossEntropy:
            return classes
        case .negativeLogLikelihood where endsWithLogSoftmax:
            return classes
        case .negativeLogLikelihood:
            throw ModelError(
                "loss.name: negativeLogLikelihood takes log-probabilities, but the last layer of the model is no "
                    + "logSoftmax; add it, or use crossEntropy, which does both.")
        case .binaryCrossEntropy where classes == 2:
            return 1
        case .binaryCrossEntropy:
            throw ModelError(
                "loss.name: binaryCrossEntropy takes two classes, but the dataset \(dataset.name) has \(classes); "
                    + "use crossEntropy.")
        case .meanSquaredError:
            throw ModelError(
                "loss.name: meanSquaredError compares with real numbers, but the dataset \(dataset.name) has classes; "
                    + "use crossEntropy.")
        }
    }

    private var endsWithLogSoftmax: Bool {
        guard case .layers(let layers) = model.architecture else { return false }
        return layers.last == .plain(.logSoftmax)
    }

    private func description(outputs: Int) throws -> LayerDescription {
        switch model.architecture {
        case .softmaxRegression: return .softmaxRegression(classes: outputs)
        case .mlp(let widths): return .multilayerPerceptron(widths: widths, classes: outputs)
        case .layers(let layers): return .sequential(layers.map(\.description))
        case .lenet: return .leNet(classes: outputs)
        case .cnn: return .convolutionalNetwork(classes: outputs)
        case .resnet8: return .resNet8(classes: outputs)
        case .resnet18: return .resNet18(classes: outputs)
        }
    }
}
