import NeuralNetwork
import Optimization

extension Experiment.OptimizerSettings {
    /// The optimizer that the configuration describes, for the parameters of `model` in a storage of `parameterCount` values.
    /// - Throws: ``ConfigurationError`` for one that is not available yet.
    func makeOptimizer(for model: Model, parameterCount: Int) throws -> any Optimizer {
        let decay = WeightDecay(Float(weightDecay), of: model, exceptOn: Set(noDecayOn.map(\.kind)))
        switch name {
        case .sgd: return SGD(parameterCount: parameterCount, momentum: sgdMomentum, weightDecay: decay)
        case .adamw: return AdamW(parameterCount: parameterCount, coefficients: coefficients, weightDecay: decay)
        case .lars:
            throw ConfigurationError("the experiment", key: "optimizer.name", "'lars' is not available yet")
        }
    }

    private var sgdMomentum: SGD.Momentum {
        let coefficient = Float(momentum)
        return momentum == 0 ? .none : nesterov ? .nesterov(coefficient) : .classical(coefficient)
    }

    /// What the optimizer remembers, in words: where this differs, a training cannot be gone on with.
    var memory: String {
        switch name {
        case .sgd: momentum == 0 ? "sgd without momentum" : "sgd with momentum"
        case .adamw, .lars: name.rawValue
        }
    }

    /// Storages of the parameters' size that the optimizer takes.
    var stateCount: Int {
        switch name {
        case .sgd, .lars: momentum == 0 ? 0 : 1
        case .adamw: 2
        }
    }
}

extension Experiment.UndecayedKind {
    fileprivate var kind: Parameter.Kind {
        switch self {
        case .bias: .bias
        case .norm: .norm
        }
    }
}
