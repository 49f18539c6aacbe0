import Testing

@testable import TensorCore

@Suite struct BinaryCrossEntropyTests {
    @Test func binaryCrossEntropy_hugeLogits_staysFinite() throws {
        let tape = try makeTape()
        let x = tape.variable([1e4, 1e4, -1e4, -1e4, 1e4], shape: [5, 1])
        let losses = try x.binaryCrossEntropyWithLogits(
            tape.constant([1, 0, 1, 0, 0.25], shape: [5, 1]), reduction: .none)
        try tape.backward(from: losses.weightedSum([1, 2, 3, 4, 5]))
        #expect(losses.array == [0, 1e4, 1e4, 0, 7500])
        #expect(Array(try #require(x.gradient)) == [0, 2, -3, 0, 3.75])
    }

    @Test func countCorrectBinary_signOfTheLogit_decides() throws {
        let tape = try makeTape()
        let x = tape.constant([0.1, -0.1, 0, .nan, .infinity], shape: [5, 1])
        func correct(_ labels: [Int32]) -> Int { labels.withUnsafeBufferPointer { x.countCorrectBinary(Labels($0)) } }
        #expect(correct([1, 0, 0, 0, 1]) == 4)
        #expect(correct([0, 1, 1, 1, 0]) == 0)
    }

    @Test func constant_ofLabels_isOneNumberPerSample() throws {
        let tape = try makeTape()
        let numbers = [Int32(1), 0, 3].withUnsafeBufferPointer { tape.constant(Labels($0)) }
        #expect(numbers.shape == [3, 1] && numbers.array == [1, 0, 3])
    }
}
