import Testing

@testable import DataParallel

@Suite struct StepControlTests {
    @Test func write_thenRead_givesTheSameNumbers() {
        var control = StepControl(stopRequested: true, checkpointRequested: true)
        control.loss = 0.25
        control.correct = 3
        var slot = [Float](repeating: 0, count: StepControl.floatCount)
        control.write(into: &slot)
        #expect(StepControl(reading: slot) == control)
    }
}
