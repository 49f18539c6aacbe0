import Testing

@testable import Reports

struct ConsoleLineTests {
    private func epoch(
        _ epoch: Int, trainAccuracy: Double? = 0.8231, validationLoss: Double? = 0.55,
        validationAccuracy: Double? = 0.8102
    ) -> EpochRecord {
        EpochRecord(
            epoch: epoch, step: 705, trainLoss: 0.5123, trainAccuracy: trainAccuracy, validationLoss: validationLoss,
            validationAccuracy: validationAccuracy, seconds: 0.44, imagesPerSecond: 1_620_000)
    }

    @Test func epoch_withEverything_readsAsOneLine() {
        #expect(
            ConsoleLine.epoch(epoch(3), epochs: 10)
                == "epoch  3/10  train loss 0.5123  accuracy 82.31 %  validation loss 0.5500  accuracy 81.02 %  1.62 M images/s  0.4 s"
        )
    }

    @Test func epoch_ofARegressionWithoutValidation_leavesTheRestOut() {
        let record = epoch(1, trainAccuracy: nil, validationLoss: nil, validationAccuracy: nil)
        #expect(ConsoleLine.epoch(record, epochs: 3) == "epoch 1/3  train loss 0.5123  1.62 M images/s  0.4 s")
    }

    @Test func epoch_firstAndLast_lineUp() {
        #expect(ConsoleLine.epoch(epoch(1), epochs: 10).count == ConsoleLine.epoch(epoch(10), epochs: 10).count)
    }

    @Test func step_inTheMiddle_readsAsOneLine() {
        let record = StepRecord(
            step: 50, epoch: 1, loss: 1.20351, learningRate: 0.1, imagesPerSecond: 96_000, seconds: PhaseSeconds())
        #expect(
            ConsoleLine.step(record, steps: 2350, epochs: 10)
                == "epoch  1/10  step   50/2350  loss 1.2035  rate 0.1  96.0 k images/s")
    }
}
