import Foundation

/// The learning rate as a pure function of the step: a gradual warm-up, then a decay.
///
/// Step `t` counts from 0: `rate(atStep: t)` is the rate of the update that comes after `t` others. With `W = warmupEpochs ×
/// stepsPerEpoch` and `T` steps in all:
///
/// - Warm-up (Goyal et al. 2017, arXiv 1706.02677, section 2.2) grows by the same amount at every step. Step 0 uses the start
///   rate itself (so from `zero` it moves nothing), step `W − 1` is one increment short, step `W` is the first to use the
///   scaled rate. Decay has no say before step `W`.
/// - Cosine decay (Loshchilov and Hutter 2017, arXiv 1608.03983, equation 5) is `scaled × (1 + cos(π (t − W) / (T − 1 − W))) / 2`:
///   the scaled rate at step `W`, exactly zero at the last step `T − 1` and after it. If no step lies between, so `W ≥ T − 1`,
///   step `W` still uses the scaled rate.
/// - Step decay multiplies the scaled rate by `factor` once for each milestone `m`, in epochs, that lies behind: the first step
///   to feel it is `m × stepsPerEpoch`, the first of the epoch after `m` whole ones.
public struct LearningRateSchedule: Equatable, Sendable {
    /// Where the warm-up starts.
    public enum WarmupStart: String, Codable, CaseIterable, Sendable {
        /// The rate as asked for, before scaling.
        case reference
        case zero
    }

    /// What follows the warm-up.
    public enum Decay: Equatable, Sendable {
        case none
        /// `totalSteps` are all steps of the training, warm-up included.
        case cosine(totalSteps: Int)
        case step(milestoneEpochs: [Int], factor: Double)
    }

    private let startRate: Double
    private let scaledRate: Double
    private let stepsPerEpoch: Int
    private let warmupSteps: Int
    private let decay: Decay

    /// - Parameters:
    ///   - referenceRate: The rate as asked for, before scaling.
    ///   - scaledRate: The rate for the global batch, see ``ScalingRule``.
    ///   - stepsPerEpoch: Optimizer updates per epoch.
    ///   - warmupEpochs: The length of the warm-up; 0 for none.
    public init(
        referenceRate: Double, scaledRate: Double, stepsPerEpoch: Int, warmupEpochs: Int = 0,
        warmupFrom: WarmupStart = .reference, decay: Decay = .none
    ) {
        startRate = warmupFrom == .reference ? referenceRate : 0
        self.scaledRate = scaledRate
        self.stepsPerEpoch = stepsPerEpoch
        warmupSteps = Self.steps(epochs: warmupEpochs, of: stepsPerEpoch)
        self.decay = decay
    }

    /// The rate of step `step`, counted from 0 over the whole training.
    public func rate(atStep step: Int) -> Double {
        guard step >= warmupSteps else {
            return startRate + (scaledRate - startRate) * Double(step) / Double(warmupSteps)
        }
        switch decay {
        case .none: return scaledRate
        case .cosine(let totalSteps): return cosineRate(atStep: step, totalSteps: totalSteps)
        case .step(let milestoneEpochs, let factor):
            return milestoneEpochs.reduce(scaledRate) { rate, milestone in
                step >= Self.steps(epochs: milestone, of: stepsPerEpoch) ? rate * factor : rate
            }
        }
    }

    /// Saturates: an absurd number of epochs in a configuration must not trap.
    private static func steps(epochs: Int, of stepsPerEpoch: Int) -> Int {
        let (steps, overflow) = epochs.multipliedReportingOverflow(by: stepsPerEpoch)
        return overflow ? .max : steps
    }

    private func cosineRate(atStep step: Int, totalSteps: Int) -> Double {
        guard step > warmupSteps else { return scaledRate }
        guard step < totalSteps - 1 else { return 0 }
        let progress = Double(step - warmupSteps) / Double(totalSteps - 1 - warmupSteps)
        return scaledRate * (1 + cos(.pi * progress)) / 2
    }
}
