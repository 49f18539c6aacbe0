import NeuralNetwork
import Optimization
import TensorCore
import Testing

@testable import Training

@Suite struct ExperimentOptimizerTests {
    private func read(_ text: String) throws -> Experiment {
        try Experiment(yaml: "name: test\nmodel: {name: mlp}\noptimizer: \(text)", source: "a.yaml")
    }

    private func settings(_ text: String) throws -> Experiment.OptimizerSettings {
        try read(text).optimizer
    }

    @Test func optimizer_adamwWithoutCoefficients_hasPyTorchsDefaults() throws {
        let settings = try settings("{name: adamw}")
        #expect(settings.name == .adamw && settings.coefficients == AdamW.Coefficients())
        #expect(settings.learningRate == 0.001)
        #expect(settings.coefficients.beta1 == 0.9 && settings.coefficients.beta2 == 0.999)
        #expect(settings.coefficients.epsilon == 1e-8)
    }

    @Test func optimizer_adamwWithCoefficients_hasThem() throws {
        let settings = try settings("{name: adamw, beta1: 0, beta2: 0.5, epsilon: 1e-3, noDecayOn: [bias, norm]}")
        #expect(settings.coefficients.beta1 == 0 && settings.coefficients.beta2 == 0.5)
        #expect(settings.coefficients.epsilon == 1e-3 && settings.noDecayOn == [.bias, .norm])
    }

    @Test(arguments: [
        "{name: adamw, learningRate: 0.1}", "{name: adamw}",
        "{name: adamw, beta2: 0.99, weightDecay: 0.01, noDecayOn: [norm]}", "{noDecayOn: [bias]}",
    ])
    func optimizer_written_readsBackEqual(_ text: String) throws {
        let experiment = try read(text)
        #expect(try Experiment(yaml: experiment.yaml, source: "b.yaml") == experiment)
    }

    @Test(arguments: [
        ("{beta1: 0.9}", "optimizer.beta1: only the optimizer adamw has it."),
        ("{name: sgd, beta2: 0.9}", "optimizer.beta2: only the optimizer adamw has it."),
        ("{epsilon: 0.1}", "optimizer.epsilon: only the optimizer adamw has it."),
        (
            "{name: adamw, beta1: 1}",
            "optimizer.beta1: expected a number from 0 up to, not including, 1, found 1."
        ),
        (
            "{name: adamw, beta2: 0.999999999}",
            "optimizer.beta2: expected a number from 0 up to, not including, 1, found 0.999999999."
        ),
        (
            "{name: adamw, epsilon: 0}",
            "optimizer.epsilon: expected a number from 1e-45 to 3.4e38, the range of float32 above 0, found 0."
        ),
        (
            "{name: adamw, epsilon: 1e-60}",
            "optimizer.epsilon: expected a number from 1e-45 to 3.4e38, the range of float32 above 0, found 1e-60."
        ),
        ("{name: adamw, momentum: 0.9}", "optimizer.momentum: adamw has beta1 and beta2 instead, found 0.9."),
        ("{name: adamw, nesterov: true}", "optimizer.nesterov: true needs a momentum above 0, found 0.0."),
        ("{noDecayOn: [scale]}", "optimizer.noDecayOn[0]: expected bias or norm, found the text 'scale'."),
        ("{noDecayOn: bias}", "optimizer.noDecayOn: expected a list, found the text 'bias'."),
    ])
    func optimizer_impossible_isRefused(text: String, message: String) {
        #expect(refusal { try read(text) } == "a.yaml:3: \(message)")
    }

    @Test func makeOptimizer_forEveryName_isWhatItSays() throws {
        let model = try NeuralNetwork.Model(inputShape: [3], .linear(2))
        func optimizer(_ text: String) throws -> any Optimizer {
            try settings(text).makeOptimizer(for: model, parameterCount: model.storageCount)
        }
        #expect((try optimizer("{momentum: 0.9}") as? SGD)?.momentum == .classical(0.9))
        #expect((try optimizer("{}") as? SGD)?.momentum == SGD.Momentum.none)
        let adamw = try #require(try optimizer("{name: adamw, beta1: 0.5, weightDecay: 0.25}") as? AdamW)
        #expect(adamw.coefficients.beta1 == 0.5 && adamw.weightDecay.factor == 0.25)
    }

    /// What the memory check counts must be what is allocated.
    @Test(arguments: ["{}", "{momentum: 0.9}", "{name: adamw}"])
    func stateCount_forEveryOptimizer_isThatOfItsState(_ text: String) throws {
        let model = try NeuralNetwork.Model(inputShape: [3], .linear(2))
        let settings = try settings(text)
        #expect(try settings.makeOptimizer(for: model, parameterCount: 100).state.count == settings.stateCount)
    }

    @Test func makeOptimizer_lars_isAConfigurationError() {
        var settings = Experiment.OptimizerSettings()
        settings.name = .lars
        #expect {
            let model = try NeuralNetwork.Model(inputShape: [3], .linear(2))
            _ = try settings.makeOptimizer(for: model, parameterCount: model.storageCount)
        } throws: {
            "\($0)".contains("optimizer.name: 'lars' is not available yet") && ExitStatus.of($0) == 2
        }
    }
}
