public import TensorCore

/// Adam with decoupled weight decay, in PyTorch's convention.
///
/// With parameter `p`, gradient `g`, weight decay `λ` and learning rate `η`, step `t` (counted from 1) is
///
///     m ← β₁ m + (1 − β₁) g
///     v ← β₂ v + (1 − β₂) g²
///     p ← (1 − η λ) p − η · m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε)
///
/// Both moments start at zero; the divisions by `1 − βᵗ` correct that. Sources: Loshchilov and Hutter 2019, arXiv 1711.05101,
/// algorithm 2 (there the schedule multiplies `λ` alone, here the rate `η` does, as in `torch.optim.AdamW`); Kingma and Ba 2015,
/// arXiv 1412.6980.
public final class AdamW: Optimizer {
    /// What is fixed for a whole training; by default what PyTorch takes.
    public struct Coefficients: Equatable, Sendable {
        /// `β₁`: how much of the mean of gradients stays from step to step.
        public var beta1 = 0.9

        /// `β₂`: how much of the mean of squares stays.
        public var beta2 = 0.999

        /// `ε`, which keeps the quotient finite.
        public var epsilon = 1e-8

        /// PyTorch's defaults.
        public init() {}
    }

    /// `β₁`, `β₂` and `ε`.
    public let coefficients: Coefficients

    /// The weight decay `λ`.
    public let weightDecay: WeightDecay

    private let firstMoment: FlatStorage
    private let secondMoment: FlatStorage
    private let parameterCount: Int

    /// An optimizer for `parameterCount` float32 values in one flat storage; its state is allocated here and never again.
    public init(parameterCount: Int, coefficients: Coefficients = Coefficients(), weightDecay: WeightDecay = .none) {
        self.parameterCount = parameterCount
        self.coefficients = coefficients
        self.weightDecay = weightDecay
        firstMoment = FlatStorage(count: parameterCount)
        secondMoment = FlatStorage(count: parameterCount)
    }

    /// `firstMoment`, `m`, and `secondMoment`, `v`. The step number is not among it: whoever calls ``step`` knows it.
    public var state: [(name: String, storage: FlatStorage)] {
        [("firstMoment", firstMoment), ("secondMoment", secondMoment)]
    }

    public func step(
        parameters: UnsafeMutableBufferPointer<Float>, gradients: UnsafeBufferPointer<Float>, range: Range<Int>,
        learningRate: Float, stepsDone: Int
    ) {
        requireLayout(
            "AdamW", of: parameterCount, parameters: parameters.count, gradients: gradients.count, range: range)
        guard let p = parameters.baseAddress, let g = gradients.baseAddress else { return }
        weightDecay.forEachRun(in: range) { part, decay in
            let factors = Kernels.AdamWFactors(
                learningRate: Double(learningRate), weightDecay: Double(decay), beta1: coefficients.beta1,
                beta2: coefficients.beta2, epsilon: coefficients.epsilon, number: stepsDone + 1)
            Kernels.adamW(
                parameters: p + part.lowerBound, gradients: g + part.lowerBound,
                mean: firstMoment.base + part.lowerBound, square: secondMoment.base + part.lowerBound,
                factors: factors, count: part.count)
        }
    }
}
