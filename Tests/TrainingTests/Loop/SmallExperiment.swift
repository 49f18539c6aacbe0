import Optimization

@testable import Training

/// An experiment on the dataset at `data`: two epochs of five steps, the last of them short, with all that an optimizer can
/// remember.
func smallExperiment(_ data: String) -> Experiment {
    var experiment = Experiment(name: "small")
    experiment.dataset.path = data
    experiment.model.architecture = .mlp(widths: [12])
    experiment.training.epochs = 2
    experiment.training.batch = .global(32)
    experiment.optimizer.momentum = 0.9
    experiment.optimizer.nesterov = true
    experiment.optimizer.weightDecay = 0.01
    experiment.optimizer.scaling = .none
    experiment.optimizer.learningRate = 0.05
    return experiment
}

extension Experiment {
    /// The other optimizer, with decay on weights alone.
    mutating func useAdamW() {
        optimizer = OptimizerSettings()
        optimizer.name = .adamw
        optimizer.scaling = .none
        optimizer.learningRate = 0.01
        optimizer.weightDecay = 0.1
        optimizer.noDecayOn = [.bias]
    }
}
