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
public final class SGD {
    /// How earlier gradients carry on. Nesterov's form without a coefficient cannot be said.
    public enum Momentum: Equatable, Sendable {
        case none
        case classical(Float)
        case nesterov(Float)
    }

    /// The momentum, fixed for the optimizer's life because it decides what state there is.
    public let momentum: Momentum

    /// The weight decay `λ`, added to every gradient as `λ p`.
    public let weightDecay: Float

    /// The velocity, laid out as the parameters are; none without momentum.
    private let velocity: FlatStorage?
    private let parameterCount: Int

    /// An optimizer for `parameterCount` float32 values in one flat storage; its state is allocated here and never again.
    public init(parameterCount: Int, momentum: Momentum = .none, weightDecay: Float = 0) {
        self.parameterCount = parameterCount
        self.momentum = momentum
        self.weightDecay = weightDecay
        velocity = momentum == .none ? nil : FlatStorage(count: parameterCount)
    }

    /// What a checkpoint must keep besides the parameters: name prefixes with storages of the parameters' layout, in a fixed
    /// order. Empty without momentum.
    public var state: [(name: String, storage: FlatStorage)] {
        velocity.map { [("velocity", $0)] } ?? []
    }

    /// One step on the elements of `range`, in place; allocates nothing.
    ///
    /// Elements do not influence each other, so ranges may be stepped in any order, each once per step.
    /// - Parameters:
    ///   - parameters: All parameters, `[parameterCount]`.
    ///   - gradients: Their gradients, `[parameterCount]`, already averaged over the global batch.
    ///   - range: The indices to step.
    ///   - learningRate: The schedule's rate for this step.
    public func step(
        parameters: UnsafeMutableBufferPointer<Float>, gradients: UnsafeBufferPointer<Float>, range: Range<Int>,
        learningRate: Float
    ) {
        checkLayout(parameters: parameters.count, gradients: gradients.count, range: range)
        guard !range.isEmpty, let p = parameters.baseAddress, let g = gradients.baseAddress else { return }
        let block = Block(parameters: p + range.lowerBound, gradients: g + range.lowerBound, count: range.count)
        let v = velocity.map { $0.base + range.lowerBound }
        switch (momentum, v) {
        case (.classical(let coefficient), let v?):
            Self.momentumStep(
                block, velocity: v, momentum: coefficient, nesterov: false, weightDecay: weightDecay,
                learningRate: learningRate)
        case (.nesterov(let coefficient), let v?):
            Self.momentumStep(
                block, velocity: v, momentum: coefficient, nesterov: true, weightDecay: weightDecay,
                learningRate: learningRate)
        default:
            Self.plainStep(block, weightDecay: weightDecay, learningRate: learningRate)
        }
    }

    /// A wrong layout is a programmer's error: going on would write outside the storage.
    private func checkLayout(parameters: Int, gradients: Int, range: Range<Int>) {
        guard parameters == parameterCount, gradients == parameterCount, range.lowerBound >= 0,
            range.upperBound <= parameterCount
        else {
            fatalError(
                "SGD was made for \(parameterCount) parameters and got \(parameters) parameters, \(gradients) gradients "
                    + "and the range \(range).")
        }
    }
}
