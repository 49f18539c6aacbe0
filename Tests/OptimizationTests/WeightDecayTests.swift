import NeuralNetwork
import TensorCore
import Testing

@testable import Optimization

struct WeightDecayTests {
    /// Two weights in a row, a bias, a norm, another weight: parameters of odd sizes, so that there are gaps.
    private static func model() throws -> Model {
        let description = LayerDescription("parts") { input, scope in
            for (name, kind) in [
                ("a", Parameter.Kind.weight), ("b", .weight), ("c", .bias), ("d", .norm), ("e", .weight),
            ] {
                _ = scope.parameter(name, [5, 3], .constant(1), kind: kind)
            }
            return (Nothing(), input)
        }
        return try Model(inputShape: [1], description)
    }

    private struct Nothing: Layer {
        func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor { input }
    }

    private func parts(_ decay: WeightDecay, in range: Range<Int>) -> [Int: Float] {
        var parts: [Int: Float] = [:]
        decay.forEachRun(in: range) { part, factor in
            for index in part { parts[index] = factor }
        }
        return parts
    }

    private static let exemptions: [(kinds: Set<Parameter.Kind>, undecayed: String)] = [
        ([], ""), ([.bias], "c"), ([.norm], "d"), ([.bias, .norm], "cd"), ([.weight], "abe"),
    ]

    @Test(arguments: exemptions)
    func forEachRun_withExemptKinds_givesEveryParameterItsDecay(
        _ exempt: Set<Parameter.Kind>, _ undecayed: String
    ) throws {
        let model = try Self.model()
        let decays = parts(WeightDecay(0.5, of: model, exceptOn: exempt), in: 0..<model.storageCount)
        #expect(decays.count == model.storageCount)
        for parameter in model.parameters {
            let expected: Float = undecayed.contains(parameter.name) ? 0 : 0.5
            #expect(parameter.range.allSatisfy { decays[$0] == expected }, "\(parameter.name)")
        }
    }

    @Test func forEachRun_neighboursOfEqualDecay_areOneRun() throws {
        let model = try Self.model()
        var runs: [Range<Int>] = []
        let decay = WeightDecay(0.5, of: model, exceptOn: [.bias, .norm])
        decay.forEachRun(in: 0..<model.storageCount) { part, _ in runs.append(part) }
        #expect(runs == [0..<32, 32..<64, 64..<80])
    }

    @Test func forEachRun_onAnyRange_coversItOnceAndInOrder() throws {
        let decay = WeightDecay(0.5, of: try Self.model(), exceptOn: [.bias])
        for (start, end) in [(0, 80), (31, 33), (32, 48), (40, 40), (47, 79)] {
            var covered: [Int] = []
            decay.forEachRun(in: start..<end) { part, _ in covered += part }
            #expect(covered == Array(start..<end))
        }
    }

    @Test(arguments: ["sgd", "momentum", "nesterov", "adamw"])
    func step_withExemptKinds_decaysTheOthersAlone(_ name: String) throws {
        let model = try Self.model()
        let (mixed, all, none) = (
            try steps(name, WeightDecay(0.1, of: model, exceptOn: [.bias, .norm]), model),
            try steps(name, WeightDecay(0.1), model), try steps(name, .none, model)
        )
        #expect(all != none)
        for parameter in model.parameters {
            let expected = parameter.kind == .weight ? all : none
            #expect(mixed[parameter.range].elementsEqual(expected[parameter.range]), "\(parameter.name)")
        }
    }

    /// The parameters after three steps.
    private func steps(_ name: String, _ decay: WeightDecay, _ model: Model) throws -> [Float] {
        let count = model.storageCount
        let optimizer: any Optimizer =
            switch name {
            case "sgd": SGD(parameterCount: count, weightDecay: decay)
            case "momentum": SGD(parameterCount: count, momentum: .classical(0.9), weightDecay: decay)
            case "nesterov": SGD(parameterCount: count, momentum: .nesterov(0.9), weightDecay: decay)
            default: AdamW(parameterCount: count, weightDecay: decay)
            }
        let (parameters, gradients) = (FlatStorage(count: count), FlatStorage(count: count))
        model.initialize(parameters, seed: 0)
        for index in 0..<count { gradients.base[index] = Float(index % 7) - 3 }
        for index in 0..<3 { optimizer.step(parameters, gradients, 0.1, stepsDone: index) }
        return parameters.array
    }
}
