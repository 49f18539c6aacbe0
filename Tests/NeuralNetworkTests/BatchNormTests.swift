import TestSupport
import Testing

@testable import NeuralNetwork
@testable import TensorCore

@Suite struct BatchNormTests {
    /// A model with its numbers, and passes through it.
    private struct Trained {
        let model: Model
        let values, buffers, gradients: FlatStorage
        let tape: Tape
        let training, evaluation: ForwardPass

        init(_ model: Model) throws {
            self.model = model
            (values, buffers) = (FlatStorage(count: model.storageCount), model.makeBuffers())
            gradients = FlatStorage(count: model.storageCount)
            model.initialize(values, seed: 1)
            tape = Tape(context: try ExecutionContext())
            training = ForwardPass(
                training: model, tape: tape, values: values, buffers: buffers, gradients: gradients)
            evaluation = ForwardPass(evaluating: model, tape: tape, values: values, buffers: buffers)
        }

        func apply(_ pass: ForwardPass, _ input: [Float], accumulating: Bool = false) throws -> [Float] {
            pass.begin(accumulating: accumulating)
            let shape = model.inputShape.prefixed(by: input.count / model.inputShape.count)
            return try model(tape.constant(input, shape: shape), pass).array
        }

        func follow() throws {
            try model.updateRunningStatistics(buffers, from: #require(training.target).statistics)
        }

        func set(_ name: String, _ elements: [Float]) throws {
            if let parameter = model.parameters.first(where: { $0.name == name }) {
                _ = values[parameter.range].update(fromContentsOf: elements)
            } else {
                let buffer = try #require(model.buffers.first { $0.name == name })
                _ = buffers[buffer.range].update(fromContentsOf: elements)
            }
        }
    }

    private static let tolerance: Float = 1e-5

    @Test func batchNorm_oneStep_followsAsPyTorch() throws {
        for golden in try BatchNormalizationGolden.load() {
            let trained = try Trained(Model(inputShape: Shape(Array(golden.shape.dropFirst())), .batchNorm))
            #expect(trained.model.parameters.map(\.name) == ["weight", "bias"])
            try trained.set("weight", golden.weight)
            try trained.set("bias", golden.bias)
            try trained.set("running_mean", golden.runningMean)
            try trained.set("running_var", golden.runningVar)
            let output = try trained.apply(trained.training, golden.input)
            #expect(relativeDifference(output, golden.plain.output) <= Self.tolerance)
            try trained.follow()
            let found = trained.model.buffers.map { Array(trained.buffers[$0.range]) }
            #expect(relativeDifference(found[0], golden.nextMean) <= 1e-6)
            #expect(relativeDifference(found[1], golden.nextVar) <= 1e-6)
        }
    }

    @Test func batchNorm_inEvaluation_usesTheRunningStatisticsAlone() throws {
        let trained = try Trained(Model(inputShape: [2], .batchNorm))
        try trained.set("running_mean", [3, -1])
        try trained.set("running_var", [4 - 1e-5, 0.25 - 1e-5])
        try trained.set("weight", [1, 2])
        try trained.set("bias", [0, 1])
        let output = try trained.apply(trained.evaluation, [5, -1, 1, -0.5])
        #expect(relativeDifference(output, [1, 1, -1, 3]) <= Self.tolerance)
        #expect(trained.evaluation.target == nil)
    }

    /// The pieces of an accumulated step, of unequal sizes: one update as for the whole batch.
    @Test func batchNorm_inPieces_followsLikeTheWhole() throws {
        let shape: Shape = [3, 3, 5]
        let random = CounterRandom(seed: 3, purpose: "images")
        let images = (0..<7 * shape.count).map { Float(random.uniform(UInt64($0)) * 3 + Double($0 % 5)) }
        let (whole, pieces) = (
            try Trained(Model(inputShape: shape, .batchNorm)), try Trained(Model(inputShape: shape, .batchNorm))
        )
        _ = try whole.apply(whole.training, images)
        try whole.follow()
        for (piece, range) in [0..<1, 1..<3, 3..<7].enumerated() {
            let part = Array(images[range.lowerBound * shape.count..<range.upperBound * shape.count])
            _ = try pieces.apply(pieces.training, part, accumulating: piece > 0)
        }
        try pieces.follow()
        #expect(relativeDifference(pieces.buffers.array, whole.buffers.array) <= 1e-6)
        // The next step begins anew.
        let again = Array(images.prefix(2 * shape.count))
        for trained in [whole, pieces] {
            _ = try trained.apply(trained.training, again)
            try trained.follow()
        }
        #expect(relativeDifference(pieces.buffers.array, whole.buffers.array) <= 1e-6)
    }

    @Test func batchNorm_behindNoImageAndNoFeatures_isRefusedNamingTheLayer() {
        #expect {
            try Model(inputShape: [4, 5], .sequential([.relu, .batchNorm]))
        } throws: {
            "\($0)".hasPrefix(
                "Layer '1' (batchNorm) takes samples of one axis or images, but what stands before it gives [4, 5]")
        }
        #expect {
            try Model(inputShape: [4], .globalAveragePool)
        } throws: {
            "\($0)" == "Layer '' (globalAveragePool) takes images, but what stands before it gives [4]."
        }
    }

    @Test func pass_withoutBuffers_stops() async {
        await #expect(processExitsWith: .failure) {
            let model = try Model(inputShape: [2], .batchNorm)
            let values = FlatStorage(count: model.storageCount)
            _ = ForwardPass(evaluating: model, tape: Tape(context: try ExecutionContext()), values: values)
        }
    }
}
