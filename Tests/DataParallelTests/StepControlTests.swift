import Testing

@testable import DataParallel

@Suite struct StepControlTests {
    @Test func write_thenRead_givesTheSameNumbers() {
        var control = StepControl(stopRequested: true, checkpointRequested: true)
        control.loss = 0.25
        control.correct = 3
        control.arrivalMilliseconds = 12.25
        control.replicaHash = .max
        #expect(written(control) == control)
    }

    /// Each bit of its own: none may be lost in a float.
    @Test func replicaHash_anyBits_arrives() {
        for hash in [0, .max] + (0..<64).map({ UInt64(1) << $0 }) {
            var control = StepControl()
            control.replicaHash = hash
            #expect(written(control).replicaHash == hash)
        }
        #expect(written(StepControl()).replicaHash == nil)
    }

    private func written(_ control: StepControl) -> StepControl {
        var slot = [Float](repeating: 0, count: StepControl.floatCount)
        control.write(into: &slot)
        return StepControl(reading: slot)
    }
}
