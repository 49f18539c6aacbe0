import NeuralNetwork
import Optimization
import TensorCore

@testable import Training

/// The model of an experiment with weights from a file, and all it takes to apply and to train it on images of the test's own.
struct ModelRun {
    let model: NeuralNetwork.Model
    let values: FlatStorage
    let buffers: FlatStorage
    let optimizer: any Optimizer

    private let experiment: Experiment
    private let target: GradientTarget
    private let tape: Tape
    private let training, evaluation: ForwardPass

    init(_ experiment: Experiment, weights path: String) throws {
        self.experiment = experiment
        model = try experiment.makeModel()
        (values, target) = (FlatStorage(count: model.storageCount), GradientTarget(model))
        buffers = model.makeBuffers()
        try WeightsFile(path: path).load(into: values, buffers: buffers, of: model)
        optimizer = try experiment.optimizer.makeOptimizer(for: model, parameterCount: values.count)
        tape = Tape(context: try ExecutionContext())
        training = ForwardPass(
            training: model, tape: tape, values: values, buffers: buffers, gradients: target.gradients,
            statistics: target.statistics)
        evaluation = ForwardPass(evaluating: model, tape: tape, values: values, buffers: buffers)
    }

    /// The logits of `batch` images in evaluation mode.
    func logits(_ images: [Float], batch: Int) throws -> [Float] {
        evaluation.begin()
        return try model(tape.constant(images, shape: model.inputShape.prefixed(by: batch)), evaluation).array
    }

    /// Step `number`, from 0, on a batch; returns the mean loss before it.
    func step(_ images: [Float], _ labels: [Int32], number: Int) throws -> Float {
        training.begin()
        let shape = model.inputShape.prefixed(by: labels.count)
        let loss = try labels.withUnsafeBufferPointer {
            try model(tape.constant(images, shape: shape), training).crossEntropy(Labels($0))
        }
        let value = loss.scalar
        try tape.backward(from: loss)
        model.updateRunningStatistics(buffers, from: target.statistics)
        optimizer.step(
            parameters: values.elements, gradients: UnsafeBufferPointer(target.gradients.elements),
            range: 0..<values.count, learningRate: Float(experiment.optimizer.learningRate), stepsDone: number)
        return value
    }

    /// Writes a checkpoint to `path`.
    func export(to path: String) throws {
        try CheckpointWriter(
            model: model, values: values, buffers: buffers, optimizer: optimizer, experiment: experiment
        ).write(TrainingPosition(), to: path)
    }
}
