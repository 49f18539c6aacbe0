import Communication
import DataParallel
import NeuralNetwork
import TensorCore
import Testing

/// A perceptron 6-5-3 with starting values of its own, and samples that are pure functions of their index.
struct LittleModel {
    private let model: Model
    private let values: FlatStorage
    private let tape: Tape
    private let pass: ForwardPass

    static func make() throws -> Model {
        try Model(inputShape: [6], layers: [.linear(5), .relu, .linear(3)])
    }

    init(_ model: Model, gradients: FlatStorage) throws {
        self.model = model
        values = FlatStorage(count: gradients.count)
        model.initialize(values, seed: 5)
        tape = Tape(context: try ExecutionContext())
        pass = ForwardPass(training: model, tape: tape, values: values, gradients: gradients)
    }

    /// Lets the averager follow every backward pass.
    func observe(_ averager: GradientAverager) {
        observe({ try averager.parameterIsFinal($0) }, { try averager.progress() })
    }

    func observe(_ whenFinal: @escaping (Int) throws -> Void, _ betweenOperations: @escaping () throws -> Void) {
        (tape.whenFinal, tape.betweenOperations) = (whenFinal, betweenOperations)
    }

    /// Leaves the gradients of the samples' loss over `globalCount` in the storage.
    func computeGradients(_ samples: Range<Int>, globalCount: Int) throws -> StepControl {
        let random = CounterRandom(seed: 1, purpose: "samples")
        let pixels = samples.flatMap { sample in (0..<6).map { Float(random.uniform(UInt64(sample * 6 + $0))) } }
        let labels = samples.map { Int32($0 % 3) }
        return try labels.withUnsafeBufferPointer {
            pass.begin()
            let logits = try model(tape.constant(pixels, shape: [samples.count, 6]), pass)
            let loss = try logits.crossEntropy(Labels($0), reduction: .sumOver(Float(globalCount)))
            var control = StepControl()
            control.correct = Float(logits.countCorrect(Labels($0)))
            try tape.backward(from: loss)
            control.loss = loss.scalar
            return control
        }
    }
}

extension GradientAverager {
    /// An averager that adds gradients where they lie, if it should.
    convenience init(
        _ model: Model, over communicator: any Communicator, _ mode: Mode, sharing: Bool,
        team: ThreadTeam = ThreadTeam(count: 1)
    ) throws {
        let plan = mode.rowPlan(rankCount: communicator.size)
        self.init(
            model: model, communicator: communicator, mode: mode,
            shared: sharing ? try SharedRows(model, plan, over: communicator) : nil, team: team)
        #expect(sharesMemory == sharing)
    }
}
