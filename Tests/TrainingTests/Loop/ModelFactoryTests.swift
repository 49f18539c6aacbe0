import NeuralNetwork
import TensorCore
import Testing

@testable import Training

@Suite struct ModelFactoryTests {
    private func model(
        _ text: String, inputShape: Shape = [28, 28, 1], loss: Loss = .crossEntropy, classes: Int = 10
    ) throws -> NeuralNetwork.Model {
        try Experiment(yaml: "name: test\nmodel: \(text)\nloss: {name: \(loss.rawValue)}", source: "a.yaml").makeModel(
            inputShape: inputShape, classes: classes)
    }

    @Test func model_byName_hasTheKnownParameters() throws {
        #expect(try model("{name: softmax-regression}").parameterCount == 7850)
        #expect(try model("{name: mlp}").parameterCount == 784 * 256 + 256 + 2570)
        #expect(
            try model("{name: mlp, widths: [3, 4]}").parameters.map(\.shape) == [
                [3, 784], [3], [4, 3], [4], [10, 4], [10],
            ])
    }

    @Test func model_convolutional_hasPyTorchsNamesAndShapes() throws {
        let lenet = try model("{name: lenet}").parameters
        #expect(
            lenet.map(\.name) == ["0", "3", "7", "9", "11"].flatMap { ["\($0).weight", "\($0).bias"] })
        #expect(
            lenet.map(\.shape) == [
                [6, 1, 5, 5], [6], [16, 6, 5, 5], [16], [120, 400], [120], [84, 120], [84], [10, 84], [10],
            ])
        let cnn = try model("{name: cnn}").parameters
        #expect(cnn.map(\.name) == ["0", "3", "7", "9"].flatMap { ["\($0).weight", "\($0).bias"] })
        #expect(
            cnn.map(\.shape) == [
                [32, 1, 3, 3], [32], [64, 32, 3, 3], [64], [128, 3136], [128], [10, 128], [10],
            ])
    }

    @Test func model_residual_hasTheKnownParameters() throws {
        let small = try model("{name: resnet-8}")
        #expect(small.parameterCount == 77_754 && small.buffers.count == 18)
        #expect(small.parameters.contains { $0.name == "4.sc.0.weight" })
        let large = try model("{name: resnet-18}")
        #expect(large.parameterCount == 11_173_962 - 64 * 2 * 9 && large.buffers.count == 40)
        #expect(large.parameters.contains { $0.name == "layer2.0.downsample.0.weight" })
    }

    @Test func model_ofImageLayers_isTheSameAsByName() throws {
        let layers = """
            {layers: [{conv2d: {channels: 32, kernel: 3, padding: 1}}, relu, {maxPool: 2}, \
            {conv2d: {channels: 64, kernel: 3, padding: 1}}, relu, {maxPool: 2}, flatten, {linear: 128}, relu, {linear: 10}]}
            """
        #expect(try model(layers).parameters == model("{name: cnn}").parameters)
        let strided = "{layers: [{conv2d: {channels: 4, kernel: 3, stride: 2, bias: false}}, {averagePool: {kernel: 3, "
        let made = try model(strided + "stride: 2, padding: 1}}, flatten, {linear: 10}]}")
        #expect(made.parameters.map(\.shape) == [[4, 1, 3, 3], [10, 7 * 7 * 4], [10]])
    }

    @Test(arguments: ["lenet", "cnn"])
    func model_convolutionalOnImagesTooSmall_isAUsageErrorNamingTheLayer(name: String) {
        #expect {
            try Experiment(yaml: "name: test\nmodel: {name: \(name)}\n", source: "a.yaml").makeModel(
                inputShape: [3, 3, 1], classes: 10)
        } throws: {
            "\($0)".hasPrefix("Layer '") && ExitStatus.of($0) == ExitStatus.usage.rawValue
        }
    }

    @Test func model_ofLayers_isTheSameAsByName() throws {
        let named = try model("{name: mlp, widths: [16]}")
        #expect(try model("{layers: [flatten, {linear: 16}, relu, {linear: 10}]}").parameters == named.parameters)
    }

    @Test(arguments: [
        ("{layers: [flatten, {linear: 9}]}", "the last layer gives [9] per sample, but the dataset has 10 classes."),
        ("{layers: [flatten]}", "the last layer gives [784] per sample, but the dataset has 10 classes."),
        ("{layers: [relu]}", "the last layer gives [28, 28, 1] per sample"),
        ("{layers: [{linear: 10}]}", "Layer '0' (linear) takes samples of one axis"),
    ])
    func model_ofLayersThatDoNotFit_isAUsageError(text: String, words: String) {
        #expect {
            try model(text)
        } throws: {
            "\($0)".contains(words) && ExitStatus.of($0) == ExitStatus.usage.rawValue
        }
    }

    @Test func model_forBinaryCrossEntropy_givesOneLogit() throws {
        #expect(try model("{name: softmax-regression}", loss: .binaryCrossEntropy, classes: 2).parameterCount == 785)
        #expect(try model("{name: mlp}", loss: .binaryCrossEntropy, classes: 2).outputShape == [1])
    }

    @Test func model_forNegativeLogLikelihood_endsWithLogSoftmax() throws {
        let made = try model("{layers: [flatten, {linear: 10}, logSoftmax]}", loss: .negativeLogLikelihood)
        #expect(made.outputShape == [10])
    }

    @Test(arguments: [
        (
            Loss.binaryCrossEntropy, 10, "{name: mlp}",
            "loss.name: binaryCrossEntropy takes two classes, but the dataset fashion-mnist has 10; use crossEntropy."
        ),
        (
            .binaryCrossEntropy, 2, "{layers: [flatten, {linear: 2}]}",
            "model: the last layer gives [2] per sample, but the loss takes 1."
        ),
        (
            .negativeLogLikelihood, 10, "{name: mlp}",
            "loss.name: negativeLogLikelihood takes log-probabilities, but the last layer of the model is no logSoftmax; "
                + "add it, or use crossEntropy, which does both."
        ),
        (
            .negativeLogLikelihood, 10, "{layers: [flatten, {linear: 10}]}",
            "loss.name: negativeLogLikelihood takes log-probabilities"
        ),
        (
            .meanSquaredError, 10, "{name: mlp}",
            "loss.name: meanSquaredError compares with real numbers, but the dataset fashion-mnist has classes; "
                + "use crossEntropy."
        ),
    ])
    func loss_thatDoesNotFit_isAUsageError(loss: Loss, classes: Int, text: String, words: String) {
        #expect {
            try model(text, loss: loss, classes: classes)
        } throws: {
            "\($0)".hasPrefix(words) && ExitStatus.of($0) == ExitStatus.usage.rawValue
        }
    }
}
