import Datasets
import Optimization
import Testing

@testable import Training

@Suite struct StepNumbersTests {
    private func numbers(_ more: String, samples: Int = 150, ranks: Int = 1) throws -> StepNumbers {
        try StepNumbers(
            Experiment(yaml: "name: test\nmodel: {name: mlp}\n" + more, source: "a.yaml"), sampleCount: samples,
            size: ranks)
    }

    @Test func steps_ofWholeEpochs_areTheirProduct() throws {
        let numbers = try numbers("training: {epochs: 3, globalBatchSize: 32}")
        #expect(numbers.plan.stepsPerEpoch == 5 && numbers.totalSteps == 15 && numbers.epochs == 3)
        #expect(numbers.globalBatchSize == 32)
    }

    /// (steps asked for, steps taken, epochs begun)
    @Test(arguments: [(1, 1, 1), (4, 4, 1), (5, 5, 1), (6, 6, 2), (14, 14, 3), (15, 15, 3), (16, 15, 3)])
    func steps_stated_endTheTrainingBeforeItsEpochsDo(asked: Int, taken: Int, epochs: Int) throws {
        let numbers = try numbers("training: {epochs: 3, steps: \(asked), globalBatchSize: 32}")
        #expect(numbers.totalSteps == taken && numbers.epochs == epochs)
    }

    @Test func steps_dropLast_leaveOutTheShortBatch() throws {
        #expect(try numbers("training: {epochs: 2, dropLast: true, globalBatchSize: 32}").totalSteps == 8)
    }

    @Test func dropLast_batchLargerThanTheData_isRefusedNamingTheKey() {
        #expect {
            try numbers("training: {dropLast: true, globalBatchSize: 151}")
        } throws: { error in
            "\(error)".contains("training.dropLast: an epoch of 150 samples has no full batch of 151")
                && ExitStatus.of(error) == ExitStatus.usage.rawValue
        }
    }

    @Test func batch_perRank_growsWithTheRanksAndTheRateWithIt() throws {
        let one = try numbers("training: {batchSize: 32}\noptimizer: {referenceBatchSize: 32}")
        let four = try numbers("training: {batchSize: 32}\noptimizer: {referenceBatchSize: 32}", ranks: 4)
        #expect(one.globalBatchSize == 32 && four.globalBatchSize == 128)
        #expect(one.scaledLearningRate == 0.1 && four.scaledLearningRate == 0.4)
    }

    /// A step cannot have more samples than there are, and the rate follows what it has.
    @Test func rate_ofABatchBeyondTheData_isThatOfAllSamples() throws {
        let numbers = try numbers("training: {globalBatchSize: 4000}\noptimizer: {referenceBatchSize: 75}")
        #expect(numbers.largestStep == 150 && abs(numbers.scaledLearningRate - 0.2) < 1e-15)
    }

    @Test func batch_perRankBeyondAllMeasure_isRefused() {
        #expect(throws: ConfigurationError.self) {
            try numbers("training: {batchSize: 1000000000}", ranks: 2)
        }
    }

    @Test func steps_beyondAllMeasure_saturate() throws {
        let numbers = try numbers("training: {epochs: 1000000000, globalBatchSize: 1}", samples: 1 << 40)
        #expect(numbers.totalSteps > 0)
    }

    @Test func schedule_cosine_endsWithTheLastStepTaken() throws {
        let numbers = try numbers("training: {epochs: 3, steps: 7, globalBatchSize: 32}\nschedule: {decay: cosine}")
        #expect(numbers.schedule.rate(atStep: 0) == numbers.scaledLearningRate)
        #expect(numbers.schedule.rate(atStep: 6) == 0 && numbers.schedule.rate(atStep: 5) > 0)
    }

    @Test func schedule_step_countsEpochsInSteps() throws {
        let numbers = try numbers(
            "training: {epochs: 3, globalBatchSize: 32}\nschedule: {decay: step, milestones: [2], factor: 0.5}")
        #expect(numbers.schedule.rate(atStep: 9) == numbers.scaledLearningRate)
        #expect(numbers.schedule.rate(atStep: 10) == numbers.scaledLearningRate / 2)
    }
}
