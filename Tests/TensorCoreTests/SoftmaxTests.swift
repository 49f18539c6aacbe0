import Foundation
import Testing

@testable import TensorCore

@Suite struct SoftmaxTests {
    @Test func softmax_oneTwoThree_givesTheKnownValues() throws {
        let tape = try makeTape()
        let y = try tape.constant([1, 2, 3], shape: [1, 3]).softmax()
        // Four decimals, as published with the experiment.
        expectClose(y.array, [0.0900, 0.2447, 0.6652], tolerance: 5e-5, "softmax")
    }

    @Test func softmax_hugeLogits_staysFinite() throws {
        let tape = try makeTape()
        let x = tape.variable([1e4, -1e4, 0, -1e4, 1e4, 1e4], shape: [2, 3])
        let y = try x.softmax()
        try tape.backward(from: y.weightedSum([1, 2, 3, 4, 5, 6]))
        #expect(y.array == [1, 0, 0, 0, 0.5, 0.5])
        #expect(Array(try #require(x.gradient)) == [0, 0, 0, 0, -0.25, 0.25])
    }

    @Test func logSoftmax_hugeLogits_staysFinite() throws {
        let tape = try makeTape()
        let x = tape.variable([1e4, -1e4, 0], shape: [1, 3])
        let y = try x.logSoftmax()
        try tape.backward(from: y.weightedSum([1, 2, 3]))
        #expect(y.array == [0, -2e4, -1e4])
        #expect(Array(try #require(x.gradient)) == [-5, 2, 3])
    }

    @Test(arguments: [-1e4, 0, 3, 1e4] as [Float])
    func softmax_equalRow_isUniform(_ value: Float) throws {
        let tape = try makeTape()
        let x = tape.constant([Float](repeating: value, count: 8), shape: [2, 4])
        #expect(try x.softmax().array == [Float](repeating: 0.25, count: 8))
        expectClose(
            try x.logSoftmax().array, [Double](repeating: -log(4), count: 8), tolerance: 1e-7, "log-softmax")
    }

    @Test func softmax_manyRows_sumToOne() throws {
        let columns = 10
        let tape = try makeTape()
        let y = try tape.constant(randomFloats("x", 300).map { 20 * $0 }, shape: [30, columns]).softmax()
        let sums = (0..<30).map { y.elements[$0 * columns..<($0 + 1) * columns].reduce(0, +) }
        expectClose(sums, [Double](repeating: 1, count: 30), tolerance: 5e-7, "sum")
    }

    @Test func softmax_scalar_stops() async {
        await #expect(processExitsWith: .failure) {
            let tape = try makeTape()
            _ = try tape.constant([1], shape: []).softmax()
        }
    }
}
