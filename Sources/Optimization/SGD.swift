public import TensorCore

/// Stochastic gradient descent with momentum, Nesterov's form and weight decay, in PyTorch's convention.
///
/// With parameter `p`, gradient `g`, weight decay `λ`, momentum `μ` and learning rate `η`, one step is
///
///     d = g + λ p
///     p ← p − η d                        Momentum.none
///     v ← μ v + d,  p ← p − η v          Momentum.classical(μ)
///     v ← μ v + d,  p ← p − η (d + μ v)  Momentum.nesterov(μ)
///
/// The velocity starts at zero, so the first step has `v = d`. It holds no learning rate (equation 9 of Goyal et al. 2017,
/// arXiv 1706.02677), so a changing rate needs no momentum correction. Sources: Sutskever et al. 2013, "On the importance of
/// initialization and momentum in deep learning", and the documentation of `torch.optim.SGD` with `dampening=0`.
public final class SGD: Optimizer {
    /// How earlier gradients carry on. Nesterov's form without a coefficient cannot be said.
    public enum Momentum: Equatable, Sendable {
        case none
        case classical(Float)
        case nesterov(Float)

        /// `μ`.
        var coefficient: Float {
            switch self {
            case .none: 0
            case .classical(let coefficient), .nesterov(let coefficient): coefficient
            }
        }

        var isNesterov: Bool {
            if case .nesterov = self { true } else { false }
        }
    }

    /// The momentum, fixed for the optimizer's life because it decides what state there is.
    public let momentum: Momentum

    /// The weight decay `λ`, added to a parameter's gradient as `λ p`.
    public let weightDecay: WeightDecay

    /// The velocity, laid out as the parameters are; none without momentum.
    private let velocity: FlatStorage?
    private let parameterCount: Int

    /// An optimizer for `parameterCount` float32 values in one flat storage; its state is allocated here and never again.
    public init(parameterCount: Int, momentum: Momentum = .none, weightDecay: WeightDecay = .none) {
        self.parameterCount = parameterCount
        self.momentum = momentum
        self.weightDecay = weightDecay
        velocity = momentum == .none ? nil : FlatStorage(count: parameterCount)
    }

    /// One `velocity`, or nothing without momentum.
    public var state: [(name: String, storage: FlatStorage)] {
        velocity.map { [("velocity", $0)] } ?? []
    }

    public func step(
        parameters: UnsafeMutableBufferPointer<Float>, gradients: UnsafeBufferPointer<Float>, range: Range<Int>,
        learningRate: Float, stepsDone: Int
    ) {
        requireLayout(
            "SGD", of: parameterCount, parameters: parameters.count, gradients: gradients.count, range: range)
        guard let p = parameters.baseAddress, let g = gradients.baseAddress else { return }
        weightDecay.forEachRun(in: range) { part, decay in
            let (p, g) = (p + part.lowerBound, g + part.lowerBound)
            guard let velocity else {
                return Kernels.sgd(
                    parameters: p, gradients: g, rate: learningRate, weightDecay: decay, count: part.count)
            }
            Kernels.sgdMomentum(
                parameters: p, gradients: g, velocity: velocity.base + part.lowerBound, rate: learningRate,
                weightDecay: decay, momentum: momentum.coefficient, nesterov: momentum.isNesterov, count: part.count)
        }
    }
}
