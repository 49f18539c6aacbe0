import NeuralNetwork
import TensorCore
import Testing

@testable import Training

@Suite struct ExperimentLayerTests {
    private func read(_ layers: String) throws -> Experiment {
        try Experiment(yaml: "name: test\nmodel: {layers: \(layers)}", source: "a.yaml")
    }

    private func layers(_ text: String) throws -> [Experiment.Layer] {
        guard case .layers(let layers) = try read(text).model.architecture else { return [] }
        return layers
    }

    private static let all = """
        [{conv2d: {channels: 4, kernel: 3}}, {conv2d: {channels: 5, kernel: 3, stride: 2, padding: 1, bias: false, \
        initializer: kaimingNormal}}, {maxPool: 2}, {maxPool: {kernel: 3, stride: 2, padding: 1}}, {averagePool: 2}, \
        globalAveragePool, flatten, relu, sigmoid, tanh, softmax, logSoftmax, batchNorm, {linear: 3}, \
        {linear: {outputs: 4, initializer: kaimingNormal}}, {residual: {main: [relu]}}, \
        {residual: {main: [{linear: 3}], shortcut: [{linear: 3}]}}]
        """

    @Test func layers_ofEveryKind_areRead() throws {
        var kaiming = Experiment.LinearSettings(outputs: 4)
        kaiming.initializer = .kaimingNormal
        var strided = Experiment.ConvolutionSettings(channels: 5, kernel: 3)
        (strided.stride, strided.padding, strided.bias, strided.initializer) = (2, 1, false, .kaimingNormal)
        var overlapping = Experiment.PoolSettings(kernel: 3)
        (overlapping.stride, overlapping.padding) = (2, 1)
        #expect(
            try layers(Self.all) == [
                .conv2d(.init(channels: 4, kernel: 3)), .conv2d(strided), .maxPool(.init(kernel: 2)),
                .maxPool(overlapping), .averagePool(.init(kernel: 2)), .plain(.globalAveragePool), .flatten, .relu,
                .plain(.sigmoid), .plain(.tanh), .plain(.softmax),
                .plain(.logSoftmax), .plain(.batchNorm), .linear(3), .linear(kaiming),
                .residual(.init(main: [.relu])), .residual(.init(main: [.linear(3)], shortcut: [.linear(3)])),
            ])
    }

    @Test(arguments: [
        all, "[flatten, {linear: {outputs: 3, initializer: {normal: 0.01}}}]",
        "[flatten, {linear: {outputs: 3, initializer: {constant: 0.1}}}]",
    ])
    func layers_written_readBackEqual(text: String) throws {
        let experiment = try read(text)
        #expect(try Experiment(yaml: experiment.yaml, source: "b.yaml") == experiment)
    }

    @Test func layers_written_areShort() throws {
        let text = try read("[flatten, {linear: {outputs: 3}}, relu]").yaml
        #expect(text.contains("layers: [flatten, {linear: 3}, relu]"))
    }

    @Test(arguments: [
        ("xavierUniform", Initializer.xavierUniform), ("xavierNormal", .xavierNormal),
        ("kaimingUniform", .kaimingUniform), ("kaimingNormal", .kaimingNormal),
        ("{normal: 0.5}", .normal(standardDeviation: 0.5)), ("{uniform: 2}", .uniform(bound: 2)),
        ("{constant: -1}", .constant(-1)),
    ])
    func linear_withInitializer_hasIt(text: String, initializer: Initializer) throws {
        let experiment = try read("[flatten, {linear: {outputs: 10, initializer: \(text)}}]")
        let model = try experiment.makeModel(inputShape: [28, 28, 1], classes: 10)
        #expect(model.parameters.first?.initializer == initializer)
    }

    @Test(arguments: [
        (
            "[foo]",
            "[0]: there is no layer 'foo'; expected \(available)."
        ),
        ("[Relu]", "[0]: there is no layer 'Relu' (did you mean 'relu'?); expected \(available)."),
        ("[linear]", "[0]: linear needs a value, as in {linear: 128}."),
        ("[{linear: null}]", "[0]: linear needs a value, as in {linear: 128}."),
        ("[{linear: -1}]", "[0].linear: expected a whole number from 1 to 1000000, found -1."),
        ("[{linear: many}]", "[0].linear: expected a whole number from 1 to 1000000, found the text 'many'."),
        ("[{linear: [1]}]", "[0].linear: expected a whole number from 1 to 1000000, found the list [1]."),
        (
            "[{linear: {initializer: xavierNormal}}]",
            "[0].linear: outputs must be stated, found the mapping {initializer: xavierNormal}."
        ),
        (
            "[{linear: {output: 3}}]",
            "[0].linear.output: there is no such key (did you mean 'outputs'?); allowed here are outputs and initializer."
        ),
        (
            "[{linear: {outputs: 3, init: zeros}}]",
            "[0].linear.init: there is no such key; allowed here are outputs and initializer."
        ),
        (
            "[{linear: {outputs: 3, initializer: xavier}}]",
            "[0].linear.initializer: expected \(initializers), found the text 'xavier'."
        ),
        (
            "[{linear: {outputs: 3, initializer: {normal: -1}}}]",
            "[0].linear.initializer.normal: expected a finite number of at least 0, found -1."
        ),
        (
            "[{conv2d: {channels: 3}}]", "[0].conv2d: kernel must be stated, found the mapping {channels: 3}."
        ),
        ("[{maxPool: 0}]", "[0].maxPool: expected a whole number from 1 to 256, found 0."),
        (
            "[{averagePool: {kernel: 2, padding: 2}}]",
            "[0].averagePool.padding: expected at most half of kernel, which is 2, found 2."
        ),
        ("[{residual: [relu]}]", "[0].residual: expected a mapping of keys, found the list [relu]."),
        ("[{residual: {main: []}}]", "[0].residual.main: expected at least one layer, found an empty list."),
        (
            "[{residual: {shortcut: [relu]}}]",
            "[0].residual: main must be stated, found the mapping {shortcut: [relu]}."
        ),
        (
            "[{residual: {main: [relu], shortcut: []}}]",
            "[0].residual.shortcut: expected at least one layer, or null for the input itself, found an empty list."
        ),
        (
            "[{residual: {main: [relu, {linear: 0}]}}]",
            "[0].residual.main[1].linear: expected a whole number from 1 to 1000000, found 0."
        ),
        ("[{relu: 1}]", "[0]: relu takes no value, found the mapping {relu: 1}."),
        ("[relu, 3]", "[1]: expected a layer, such as relu or {linear: 128}, found 3."),
        (
            "[{relu: null, linear: 3}]",
            "[0]: expected a layer, such as relu or {linear: 128}, found the mapping {relu: null, linear: 3}."
        ),
    ])
    func layer_impossible_isRefused(text: String, message: String) {
        #expect(refusal { try read(text) } == "a.yaml:2: model.layers\(message)")
    }

    private static let available = """
        flatten, relu, sigmoid, tanh, softmax, logSoftmax, globalAveragePool, batchNorm, linear, conv2d, maxPool, \
        averagePool or residual
        """
    private static let initializers = """
        xavierUniform, xavierNormal, kaimingUniform, kaimingNormal, {normal: 0.01}, {uniform: 0.1} or {constant: 0}
        """
}
