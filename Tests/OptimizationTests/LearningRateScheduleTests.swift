import Foundation
import Testing

@testable import Optimization

struct LearningRateScheduleTests {
    private func schedule(
        from start: LearningRateSchedule.WarmupStart = .reference, warmupEpochs: Int = 0,
        decay: LearningRateSchedule.Decay = .none
    ) -> LearningRateSchedule {
        LearningRateSchedule(
            referenceRate: 0.25, scaledRate: 1, stepsPerEpoch: 4, warmupEpochs: warmupEpochs, warmupFrom: start,
            decay: decay)
    }

    @Test func rate_withoutWarmupAndDecay_isTheScaledRate() {
        #expect([0, 1, 1_000_000].map(schedule().rate(atStep:)) == [1, 1, 1])
    }

    // 8 steps of warm-up from 0.25 to 1: the first uses 0.25, the last 1 − 0.75/8, step 8 is the first with 1.
    @Test func rate_warmingUpFromTheReference_growsEquallyAndArrivesAfterTheLastStep() {
        let rates = (0...9).map(schedule(warmupEpochs: 2).rate(atStep:))
        #expect(rates == [0.25, 0.34375, 0.4375, 0.53125, 0.625, 0.71875, 0.8125, 0.90625, 1, 1])
    }

    @Test func rate_warmingUpFromZero_startsAtZero() {
        let rates = (0...5).map(schedule(from: .zero, warmupEpochs: 1).rate(atStep:))
        #expect(rates == [0, 0.25, 0.5, 0.75, 1, 1])
    }

    @Test func rate_ofCosine_isFullFirstHalfInTheMiddleAndZeroLast() {
        let decay = schedule(decay: .cosine(totalSteps: 13))
        #expect(decay.rate(atStep: 0) == 1)
        #expect(abs(decay.rate(atStep: 3) - (1 + cos(.pi / 4)) / 2) < 1e-15)
        #expect(abs(decay.rate(atStep: 6) - 0.5) < 1e-15)
        #expect(decay.rate(atStep: 11) > 0)
        #expect(decay.rate(atStep: 12) == 0)
        #expect(decay.rate(atStep: 13) == 0)
    }

    @Test func rate_ofCosineAfterWarmup_startsWhereTheWarmupEnds() {
        let decay = schedule(warmupEpochs: 1, decay: .cosine(totalSteps: 9))
        let rates = (0...8).map(decay.rate(atStep:))
        #expect(Array(rates[...4]) == [0.25, 0.4375, 0.625, 0.8125, 1])
        #expect(abs(rates[6] - 0.5) < 1e-15)
        #expect(rates[8] == 0)
    }

    @Test(arguments: [1, 4, 5])
    func rate_ofCosineWithNoStepBetweenWarmupAndEnd_usesTheScaledRateOnce(_ totalSteps: Int) {
        let decay = schedule(warmupEpochs: totalSteps == 1 ? 0 : 1, decay: .cosine(totalSteps: totalSteps))
        #expect(decay.rate(atStep: totalSteps == 1 ? 0 : 4) == 1)
        #expect(decay.rate(atStep: 5) == 0)
    }

    @Test func rate_ofStepDecay_dropsAtTheFirstStepAfterTheMilestone() {
        let decay = schedule(decay: .step(milestoneEpochs: [1, 3], factor: 0.5))
        #expect([0, 3, 4, 11, 12, 100].map(decay.rate(atStep:)) == [1, 1, 0.5, 0.5, 0.25, 0.25])
    }

    @Test func rate_ofStepDecayWithAMilestoneInTheWarmup_dropsWhenTheWarmupEnds() {
        let decay = schedule(from: .zero, warmupEpochs: 2, decay: .step(milestoneEpochs: [1], factor: 0.5))
        #expect([4, 7, 8].map(decay.rate(atStep:)) == [0.5, 0.875, 0.5])
    }

    @Test func rate_ofAbsurdlyManyEpochs_doesNotTrap() {
        let decay = schedule(warmupEpochs: 0, decay: .step(milestoneEpochs: [.max], factor: 0.5))
        #expect(decay.rate(atStep: 1000) == 1)
        #expect(schedule(from: .zero, warmupEpochs: .max).rate(atStep: 0) == 0)
    }
}
