import CKernels
import Glibc

extension Kernels {
    /// The numbers of one step of AdamW, the same for all elements.
    public struct AdamWFactors: Sendable {
        let values: kernel_adamw_factors

        /// The factors of update `number`, counted from 1. They are computed in Double and rounded once.
        public init(
            learningRate: Double, weightDecay: Double, beta1: Double, beta2: Double, epsilon: Double, number: Int
        ) {
            let (meanCorrection, squareCorrection) = (1 - pow(beta1, Double(number)), 1 - pow(beta2, Double(number)))
            values = kernel_adamw_factors(
                parameter_kept: Float(1 - learningRate * weightDecay), mean_share: Float(1 - beta1),
                square_kept: Float(beta2), square_share: Float(1 - beta2), rate: Float(learningRate / meanCorrection),
                root_factor: Float(1 / squareCorrection.squareRoot()), epsilon: Float(epsilon))
        }
    }

    /// `m += (1 − β₁)(g − m)`, `v = β₂ v + (1 − β₂) g²`, then
    /// `p = (1 − η λ) p − η / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)`.
    public static func adamW(
        parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>, mean: UnsafeMutablePointer<Float>,
        square: UnsafeMutablePointer<Float>, factors: AdamWFactors, count: Int
    ) {
        withUnsafePointer(to: factors.values) { kernel_adamw(parameters, gradients, mean, square, $0, count) }
    }
}
