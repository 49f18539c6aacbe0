import DataParallel
import NeuralNetwork
import Optimization
import TensorCore
import TestSupport
import Testing

@testable import Training

@Suite struct OptimizerStepTests {
    /// The trainer's own step against AdamW by hand: the bias correction has to count steps, whole epochs included.
    @Test func trainer_withAdamW_takesTheStepsOfTheOptimizerByHand() throws {
        let folder = try TemporaryFolder()
        var experiment = smallExperiment(try folder.writeDataset())
        experiment.useAdamW()
        var run = TestRun(experiment)
        run.interfere = { [experiment] trainer in
            let (values, model) = (trainer.replica.values, trainer.replica.model)
            let expected = FlatStorage(count: values.count)
            let adamW = try experiment.optimizer.makeOptimizer(for: model, parameterCount: values.count)
            for step in 0..<8 {
                _ = expected.elements.update(fromContentsOf: values.elements)
                _ = try trainer.benchmarkStep()
                adamW.step(
                    parameters: expected.elements,
                    gradients: UnsafeBufferPointer(trainer.averager.averaged.elements),
                    range: trainer.replica.parameterRange, learningRate: 0.01, stepsDone: step)
                #expect(values[trainer.replica.parameterRange].elementsEqual(expected[trainer.replica.parameterRange]))
            }
        }
        _ = try #require(run.alone().outcome)
    }
}
