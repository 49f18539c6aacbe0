import NeuralNetwork
import Optimization
import TensorCore
import TestSupport
import Testing

@Suite struct TrainingGoldenTests {
    /// PyTorch computed in Double; five steps in Float lose little more than its 24 bits.
    private static let relativeTolerance: Float = 1e-5

    @Test(arguments: try TrainingGolden.load())
    func fiveSteps_asInPyTorch_giveItsLossesAndParameters(_ golden: TrainingGolden.Case) throws {
        let (problem, run) = (golden.problem, golden.run)
        #expect(problem.batches.count == 5 && run.losses.count == 5)
        let training = try GoldenTraining(problem, run)
        for (batch, expected) in zip(problem.batches, run.losses) {
            let loss = try training.step(batch, learningRate: run.learningRate)
            #expect(relativeDifference([loss], [expected]) <= Self.relativeTolerance)
        }
        #expect(training.parameters.map(\.name).sorted() == run.final.keys.sorted())
        for (name, values) in training.parameters {
            let expected = try #require(run.final[name])
            #expect(relativeDifference(values, expected) <= Self.relativeTolerance, "\(name)")
        }
    }
}

/// A model, its numbers and an optimizer, as a golden run has them.
private struct GoldenTraining {
    private let model: Model
    private let values: FlatStorage
    private let gradients: FlatStorage
    private let optimizer: SGD
    private let tape: Tape
    private let pass: ForwardPass
    private let inputFeatures: Int

    init(_ problem: TrainingGolden.Problem, _ run: TrainingGolden.Run) throws {
        inputFeatures = problem.features[0]
        let linears = problem.features.dropFirst().map { LayerDescription.linear($0) }
        model = try Model(inputShape: [inputFeatures], layers: Array(linears.map { [$0] }.joined(separator: [.relu])))
        values = FlatStorage(count: model.storageCount)
        gradients = FlatStorage(count: model.storageCount)
        for (index, parameter) in model.parameters.enumerated() {
            let initial = try #require(problem.initial[Self.name(index)])
            try #require(initial.count == parameter.shape.count)
            _ = values[parameter.range].update(fromContentsOf: initial)
        }
        let momentum: SGD.Momentum =
            run.momentum == 0 ? .none : run.nesterov ? .nesterov(run.momentum) : .classical(run.momentum)
        optimizer = SGD(parameterCount: values.count, momentum: momentum, weightDecay: WeightDecay(run.weightDecay))
        tape = Tape(context: try ExecutionContext())
        pass = ForwardPass(training: model, tape: tape, values: values, gradients: gradients)
    }

    /// One step; returns the loss before it.
    func step(_ batch: TrainingGolden.Batch, learningRate: Float) throws -> Float {
        let count = batch.labels.count
        pass.begin()
        let loss = try batch.labels.withUnsafeBufferPointer {
            let logits = try model(tape.constant(batch.input, shape: [count, inputFeatures]), pass)
            return try logits.crossEntropy(Labels($0))
        }
        try tape.backward(from: loss)
        optimizer.step(
            parameters: values.elements, gradients: UnsafeBufferPointer(gradients.elements), range: 0..<values.count,
            learningRate: learningRate, stepsDone: 0)
        return loss.scalar
    }

    /// The parameters under their names in the golden file, which does not count the rectifiers.
    var parameters: [(name: String, values: [Float])] {
        model.parameters.enumerated().map { (Self.name($0), Array(values[$1.range])) }
    }

    private static func name(_ index: Int) -> String {
        "\(index / 2).\(index % 2 == 0 ? "weight" : "bias")"
    }
}
