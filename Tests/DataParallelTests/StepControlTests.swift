import Testing

@testable import DataParallel

@Suite struct StepControlTests {
    @Test func write_thenRead_givesTheSameNumbers() {
        var control = StepControl(stopRequested: true, checkpointRequested: true)
        control.loss = 0.25
        control.correct = 3
        withFloats { floats in
            control.write(into: floats)
            #expect(StepControl(reading: floats) == control)
        }
    }

    @Test func floats_ofTwoRanksSummed_countTheRequests() {
        withFloats { floats in
            StepControl(stopRequested: true).write(into: floats)
            let first = Array(floats)
            StepControl(stopRequested: true, checkpointRequested: true).write(into: floats)
            for index in floats.indices { floats[index] += first[index] }
            #expect(StepControl(reading: floats).stopRequests == 2)
            #expect(StepControl(reading: floats).checkpointRequests == 1)
        }
    }

    private func withFloats(_ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
        var floats = [Float](repeating: 0, count: StepControl.floatCount)
        floats.withUnsafeMutableBufferPointer { body($0) }
    }
}
