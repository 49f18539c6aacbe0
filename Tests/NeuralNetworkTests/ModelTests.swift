import Testing

@testable import NeuralNetwork
@testable import TensorCore

@Suite struct ModelTests {
    private let mlp = LayerDescription.multilayerPerceptron(widths: [8], classes: 3)

    @Test func model_perceptron_namesParametersByPosition() throws {
        let model = try Model(inputShape: [2, 3, 1], mlp)
        #expect(model.parameters.map(\.name) == ["1.weight", "1.bias", "3.weight", "3.bias"])
        #expect(model.parameters.map(\.shape) == [[8, 6], [8], [3, 8], [3]])
        #expect(model.parameterCount == 8 * 6 + 8 + 3 * 8 + 3)
        #expect(model.outputShape == [3])
    }

    @Test func model_perceptron_tellsWeightsFromBiases() throws {
        let model = try Model(inputShape: [2, 3, 1], mlp)
        #expect(model.parameters.map(\.kind) == [.weight, .bias, .weight, .bias])
    }

    @Test func model_flatStorage_keepsParametersApartAndAligned() throws {
        let model = try Model(inputShape: [5], .sequential([.linear(3), .linear(7)]))
        var end = 0
        for parameter in model.parameters {
            #expect(parameter.range.lowerBound >= end && parameter.range.lowerBound % 16 == 0)
            #expect(parameter.range.count == parameter.shape.count)
            end = parameter.range.upperBound
        }
        #expect(model.storageCount >= end)
    }

    private func describe(_ declare: @escaping @Sendable (ParameterScope) -> Void) -> LayerDescription {
        LayerDescription("declaring") { input, scope in
            declare(scope)
            return (ReLU(), input)
        }
    }

    @Test func model_runningStatistics_areBuffersUnderPyTorchsNames() throws {
        let model = try Model(
            inputShape: [5],
            .sequential([
                .linear(5), describe { _ = $0.runningStatistics(channels: 5, momentum: 0.1) },
                describe { _ = $0.buffer("kept", [2, 2], initialValue: 7) },
            ]))
        #expect(model.buffers.map(\.name) == ["1.running_mean", "1.running_var", "2.kept"])
        #expect(model.buffers.map(\.range.lowerBound) == [0, 16, 32] && model.bufferStorageCount == 48)
        #expect(model.parameterCount == 30 && model.statisticsCount == 11)
        let buffers = model.makeBuffers()
        #expect(model.buffers.map { Array(buffers[$0.range]) } == [[0, 0, 0, 0, 0], [1, 1, 1, 1, 1], [7, 7, 7, 7]])
        #expect(model.summary.hasSuffix("buffer 1.running_mean [5]\nbuffer 1.running_var [5]\nbuffer 2.kept [2, 2]"))
    }

    @Test func model_bufferNamedLikeAParameter_stops() async {
        await #expect(processExitsWith: .failure) {
            let description = LayerDescription("twice") { input, scope in
                _ = scope.parameter("weight", [1], .constant(0))
                _ = scope.buffer("weight", [1], initialValue: 0)
                return (ReLU(), input)
            }
            _ = try Model(inputShape: [1], description)
        }
    }

    @Test func firstNegativeVariance_inABuffer_namesIt() throws {
        let model = try Model(inputShape: [5], describe { _ = $0.runningStatistics(channels: 5, momentum: 0.1) })
        let buffers = model.makeBuffers()
        buffers[model.buffers[0].range][4] = -1
        #expect(model.firstNegativeVariance(in: buffers) == nil)
        buffers[model.buffers[1].range][4] = -1
        #expect(model.firstNegativeVariance(in: buffers) == "running_var")
    }

    @Test func model_linearOnImages_isRefusedNamingTheLayer() {
        #expect {
            try Model(inputShape: [28, 28, 1], .sequential([.relu, .linear(10)]))
        } throws: {
            "\($0)".hasPrefix(
                "Layer '1' (linear) takes samples of one axis, but what stands before it gives [28, 28, 1]")
        }
    }

    @Test(arguments: [0, -1])
    func model_layerWithoutOutputs_isRefusedNamingIt(_ count: Int) {
        for (layer, shape, message) in [
            (.linear(count), [4], "Layer '0' (linear) must give at least 1 feature, not \(count)."),
            (.conv2d(count, kernel: 1), [2, 2, 1], "Layer '0' (conv2d) must give at least 1 channel, not \(count)."),
        ] as [(LayerDescription, Shape, String)] {
            #expect(throws: ModelError(message)) { try Model(inputShape: shape, layers: [layer]) }
        }
    }

    @Test func initialize_sameSeed_givesSameBitsAndOtherSeedOthers() throws {
        let model = try Model(inputShape: [2, 3, 1], mlp)
        func values(_ seed: UInt64) -> [Float] {
            let storage = FlatStorage(count: model.storageCount)
            model.initialize(storage, seed: seed)
            return storage.array
        }
        #expect(values(3) == values(3))
        #expect(values(3) != values(4))
    }

    @Test func initialize_pyTorchDefault_staysInsideItsBoundAndSpreads() throws {
        let model = try Model(inputShape: [100], .linear(200))
        let storage = FlatStorage(count: model.storageCount)
        model.initialize(storage, seed: 0)
        let weights = storage[model.parameters[0].range]
        #expect(weights.allSatisfy { abs($0) <= 0.1 })
        let mean = weights.reduce(0.0) { $0 + Double($1) } / 20_000
        let variance = weights.reduce(0.0) { $0 + Double($1) * Double($1) } / 20_000
        // Uniform in ±0.1: variance 0.01/3. Four standard errors of 20 000 draws.
        #expect(abs(mean) < 4 * 0.0577 / 141.4)
        #expect(abs(variance - 0.01 / 3) < 4 * 0.003 / 141.4)
    }

    @Test func initialize_normal_hasItsDeviation() throws {
        let model = try Model(
            inputShape: [784], .linear(10, weight: .normal(standardDeviation: 0.01), bias: .constant(0)))
        let storage = FlatStorage(count: model.storageCount)
        model.initialize(storage, seed: 0)
        let weights = storage[model.parameters[0].range]
        let variance = weights.reduce(0.0) { $0 + Double($1) * Double($1) } / 7840
        #expect(abs(variance / 1e-4 - 1) < 4 * (2.0 / 7840).squareRoot())
        #expect(storage[model.parameters[1].range].allSatisfy { $0 == 0 })
    }

    @Test func forwardPass_parameterAskedTwice_getsOneGradient() throws {
        struct Doubled: Layer {
            let weight: Parameter
            func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor {
                try input.linear(pass[weight], nil).linear(pass[weight], nil)
            }
        }
        let description = LayerDescription("doubled") { input, scope in
            (Doubled(weight: scope.parameter("weight", [1, 1], .constant(3))), input)
        }
        let model = try Model(inputShape: [1], description)
        let (values, gradients) = (FlatStorage(count: model.storageCount), FlatStorage(count: model.storageCount))
        model.initialize(values, seed: 0)
        let tape = Tape(context: try ExecutionContext())
        let pass = ForwardPass(training: model, tape: tape, values: values, gradients: gradients)
        let y = try model(tape.constant([5], shape: [1, 1]), pass)
        try tape.backward(from: try y.reshaped([]))
        #expect(y.array == [45])
        #expect(gradients.base[0] == 30)
    }

    @Test(arguments: ["parameters", "buffers", "gradients", "gradients of a later target"])
    func forwardPass_storageTooShort_stopsNamingIt(_ content: String) async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [content] in
            // Scale and shift take a line of 16 each, as do running mean and variance.
            let model = try Model(inputShape: [2], .batchNorm)
            func storage(_ name: String) -> FlatStorage { FlatStorage(count: name == content ? 16 : 32) }
            let pass = ForwardPass(
                training: model, tape: Tape(context: try ExecutionContext()), values: storage("parameters"),
                buffers: storage("buffers"), gradients: storage("gradients"))
            let statistics = BatchStatistics(model, pieceCount: 1)
            pass.begin(
                into: GradientTarget(
                    gradients: storage("gradients of a later target"), statistics: statistics, piece: 0))
        }
        let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        let name = content.prefix { $0 != " " }
        #expect(said.contains("32 elements for the model's \(name), and was given one of 16."), "\(said)")
    }

    /// A branch that not every pass takes must not leave the gradient of the pass before.
    @Test(arguments: [false, true])
    func forwardPass_parameterNotReached_getsAZeroGradient(isAsked: Bool) throws {
        struct Branches: Layer {
            let taken, other: Parameter
            let isAsked: Bool
            func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor {
                if isAsked { _ = try input.linear(pass[other], nil) }
                return try input.linear(pass[taken], nil)
            }
        }
        let description = LayerDescription("branches") { input, scope in
            let (taken, other) = (
                scope.parameter("taken", [1, 1], .constant(2)), scope.parameter("other", [1, 1], .constant(3))
            )
            return (Branches(taken: taken, other: other, isAsked: isAsked), input)
        }
        let model = try Model(inputShape: [1], description)
        let (values, gradients) = (FlatStorage(count: model.storageCount), FlatStorage(count: model.storageCount))
        gradients.elements.update(repeating: 7)
        let tape = Tape(context: try ExecutionContext())
        var final: [Int: Float] = [:]
        tape.whenFinal = { final[$0] = gradients.base[model.parameters[$0].range.lowerBound] }
        let pass = ForwardPass(training: model, tape: tape, values: values, gradients: gradients)
        let y = try model(tape.constant([5], shape: [1, 1]), pass)
        try pass.backward(from: try y.reshaped([]))
        #expect(model.parameters.map { gradients.base[$0.range.lowerBound] } == [5, 0])
        #expect(final == (isAsked ? [0: 5, 1: 0] : [0: 5]))
    }
}
