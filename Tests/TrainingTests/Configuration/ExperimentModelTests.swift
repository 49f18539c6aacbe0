import Testing

@testable import Training

@Suite struct ExperimentModelTests {
    private func model(_ text: String) throws -> Experiment {
        try Experiment(yaml: "name: test\nmodel: \(text)", source: "a.yaml")
    }

    @Test(arguments: [
        ("{name: softmax-regression}", Experiment.Architecture.softmaxRegression),
        ("{name: mlp}", .mlp(widths: [256])),
        ("{name: mlp, widths: [2048, 2048]}", .mlp(widths: [2048, 2048])),
        ("{name: lenet}", .lenet), ("{name: cnn}", .cnn), ("{}", .cnn),
        (
            "{layers: [flatten, {linear: 32}, relu, {linear: 10}]}",
            .layers([.flatten, .linear(32), .relu, .linear(10)])
        ),
    ])
    func model_available_isRead(text: String, architecture: Experiment.Architecture) throws {
        #expect(try model(text).model.architecture == architecture)
    }

    @Test(arguments: [
        (
            "{name: foo}",
            "model.name: expected softmax-regression, mlp, lenet, cnn, resnet-8 or resnet-18, found the text 'foo'."
        ),
        (
            "{name: resnet-8}",
            "model.name: 'resnet-8' is not available yet; use softmax-regression, mlp, lenet or cnn."
        ),
        ("{name: softmax-regression, widths: [3]}", "model.widths: only the model 'mlp' has hidden widths."),
        ("{name: mlp, widths: []}", "model.widths: expected at least one hidden width, found an empty list."),
        (
            "{name: mlp, widths: [0]}",
            "model.widths[0]: expected a whole number from 1 to 1000000, found 0."
        ),
        (
            "{name: mlp, layers: [relu]}",
            "model.layers: expected either the name of a model or a list of layers, found both."
        ),
        ("{name: null}", "model.layers: expected either the name of a model or a list of layers, found neither."),
        ("{layers: []}", "model.layers: expected at least one layer, found an empty list."),
        ("{layers: relu}", "model.layers: expected a list, found the text 'relu'."),
    ])
    func model_impossible_isRefused(text: String, message: String) {
        #expect(refusal { try model(text) } == "a.yaml:2: \(message)")
    }
}
