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

    /// Images of 28 × 28 through every kind of layer.
    @Test func layers_ofAConvolutionalNetwork_makeItsModel() throws {
        let experiment = try read(
            """
            [{conv2d: {channels: 4, kernel: 5, stride: 2, padding: 1, bias: false}}, batchNorm, relu, {maxPool: 2}, \
            {residual: {main: [{conv2d: {channels: 4, kernel: 3, padding: 1, initializer: {constant: 0}}}]}}, \
            {averagePool: {kernel: 2, stride: 1}}, flatten, {linear: 10}]
            """)
        let model = try experiment.makeModel()
        #expect(
            model.outline.filter { $0.depth == 0 }.map(\.output) == [
                [13, 13, 4], [13, 13, 4], [13, 13, 4], [6, 6, 4], [6, 6, 4], [5, 5, 4], [100], [10],
            ])
        #expect(
            model.parameters.map(\.name) == [
                "0.weight", "1.weight", "1.bias", "4.main.0.weight", "4.main.0.bias", "7.weight", "7.bias",
            ])
        #expect(model.parameters[3].initializer == .constant(0) && model.parameters[0].shape == [4, 1, 5, 5])
    }

    @Test(arguments: [
        ("[{conv2d: {channels: 3, kernel: 29}}]", "Layer '0' (conv2d) has a kernel of 29 × 29, larger than the images"),
        ("[flatten, {maxPool: 2}]", "Layer '1' (maxPool) takes images"),
        ("[{linear: 10}]", "Layer '0' (linear) takes samples of one axis"),
        ("[{conv2d: {channels: 3, kernel: 3, padding: 3}}]", "Layer '0' (conv2d) has kernel 3, stride 1 and padding 3"),
        ("[{residual: {main: [{conv2d: {channels: 3, kernel: 3}}]}}]", "Layer '0' (residual) adds its main branch"),
        (
            "[{conv2d: {channels: 100000, kernel: 255, padding: 254}}]",
            "Layer '0' (conv2d) gives [282, 282, 100000] per sample: 7952400000 numbers"
        ),
    ])
    func layers_thatDoNotFit_areAUsageErrorNamingTheLayer(text: String, words: String) throws {
        let experiment = try read(text)
        #expect {
            _ = try experiment.makeModel()
        } throws: {
            "\($0)".hasPrefix(words) && ExitStatus.of($0) == ExitStatus.usage.rawValue
        }
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
            "[0].linear.initializer.normal: expected a number from 0 to 3.4e38, the largest of float32, found -1."
        ),
        (
            "[{conv2d: {channels: 3}}]", "[0].conv2d: kernel must be stated, found the mapping {channels: 3}."
        ),
        (
            "[{averagePool: {kernel: 2, padding: 2}}]",
            "[0].averagePool.padding: expected at most half of kernel, which is 2, found 2."
        ),
        ("[conv2d]", "[0]: conv2d needs a value, as in {conv2d: {channels: 32, kernel: 3}}."),
        ("[{conv2d: 3}]", "[0].conv2d: expected a mapping of keys, found 3."),
        (
            "[{conv2d: {channels: 0, kernel: 3}}]",
            "[0].conv2d.channels: expected a whole number from 1 to 100000, found 0."
        ),
        (
            "[{conv2d: {channels: 3, kernal: 3}}]",
            "[0].conv2d.kernal: there is no such key (did you mean 'kernel'?); "
                + "allowed here are channels, kernel, stride, padding, bias and initializer."
        ),
        (
            "[{conv2d: {channels: 3, kernel: 256}}]",
            "[0].conv2d.kernel: expected a whole number from 1 to 255, found 256."
        ),
        (
            "[{conv2d: {channels: 3, kernel: 3, stride: 0}}]",
            "[0].conv2d.stride: expected a whole number from 1 to 255, found 0."
        ),
        (
            "[{conv2d: {channels: 3, kernel: 3, padding: same}}]",
            "[0].conv2d.padding: expected a whole number from 0 to 254, found the text 'same'."
        ),
        (
            "[{conv2d: {channels: 3, kernel: 3, bias: 1}}]", "[0].conv2d.bias: expected true or false, found 1."
        ),
        ("[maxPool]", "[0]: maxPool needs a value, as in {maxPool: 2}."),
        ("[{maxPool: 0}]", "[0].maxPool: expected a whole number from 1 to 255, found 0."),
        (
            "[{averagePool: {padding: 2}}]",
            "[0].averagePool: kernel must be stated, found the mapping {padding: 2}."
        ),
        ("[dropout]", "[0]: dropout needs a value, as in {dropout: 0.5}."),
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
        averagePool, dropout or residual
        """
    private static let initializers = """
        xavierUniform, xavierNormal, kaimingUniform, kaimingNormal, {normal: 0.01}, {uniform: 0.1} or {constant: 0}
        """
}
