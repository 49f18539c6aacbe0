import Foundation
import Testing

@testable import TensorCore

@Suite struct SoftmaxCrossEntropyTests {
    /// A few units in the last place of float32, through one exponential and one logarithm.
    private let tolerance = 1e-6

    private func loss(
        _ logits: [Float], _ labels: [Int32], divisor: Float, on tape: Tape
    ) -> (x: Tensor, loss: Tensor) {
        let x = tape.variable(logits, shape: [labels.count, logits.count / labels.count])
        return (x, labels.withUnsafeBufferPointer { x.softmaxCrossEntropy(Labels($0), divisor: divisor) })
    }

    @Test func crossEntropy_goldenShapes_matchPyTorch() throws {
        for golden in try Golden.layers().crossEntropy {
            let tape = try makeTape()
            let (x, loss) = loss(golden.logits, golden.labels, divisor: golden.divisor, on: tape)
            try tape.backward(from: loss)
            expectClose([loss.scalar], [Double(golden.loss)], tolerance: tolerance, "loss")
            expectClose(
                try #require(x.gradient), golden.logitsGradient.map(Double.init), tolerance: tolerance, "gradient")
        }
    }

    @Test func crossEntropy_bookExample_givesItsValues() throws {
        // Dive into Deep Learning, section 4.4: the book takes probabilities; their logarithms are logits.
        let tape = try makeTape()
        let logits = [0.1, 0.3, 0.6, 0.3, 0.2, 0.5].map { Float(log($0)) }
        expectClose(
            [loss(Array(logits.prefix(3)), [0], divisor: 1, on: tape).loss.scalar], [2.3026], tolerance: 5e-5, "row 0")
        expectClose(
            [loss(Array(logits.suffix(3)), [2], divisor: 1, on: tape).loss.scalar], [0.6931], tolerance: 5e-5, "row 1")
    }

    @Test func crossEntropy_hugeLogits_staysFinite() throws {
        let tape = try makeTape()
        let (x, loss) = loss([1e4, -1e4, 0, -1e4, 1e4, 0], [0, 0], divisor: 1, on: tape)
        try tape.backward(from: loss)
        #expect(loss.scalar == 2e4)
        #expect(Array(try #require(x.gradient)) == [0, 0, 0, -1, 1, 0])
    }

    @Test func crossEntropy_equalLogits_givesLogOfClasses() throws {
        let tape = try makeTape()
        let (x, loss) = loss([3, 3, 3, 3], [1], divisor: 2, on: tape)
        try tape.backward(from: loss)
        expectClose([loss.scalar], [Foundation.log(4.0) / 2], tolerance: tolerance, "loss")
        expectClose(try #require(x.gradient), [0.125, -0.375, 0.125, 0.125], tolerance: tolerance, "gradient")
    }

    @Test func crossEntropy_nanLogit_givesNaN() throws {
        let tape = try makeTape()
        #expect(loss([1, .nan, 2], [0], divisor: 1, on: tape).loss.scalar.isNaN)
        #expect(loss([.nan, 1, 2], [2], divisor: 1, on: tape).loss.scalar.isNaN)
    }

    @Test func crossEntropy_centralDifference_matchesGradient() throws {
        let (logits, labels): ([Float], [Int32]) = (randomFloats("logits", 5 * 7), [0, 6, 3, 3, 1])
        let tape = try makeTape()
        let (x, value) = loss(logits, labels, divisor: 3, on: tape)
        try tape.backward(from: value)
        let gradient = Array(try #require(x.gradient))
        func reference(_ values: [Double]) -> Double {
            labels.enumerated().reduce(0.0) { sum, row in
                let z = values[row.offset * 7..<(row.offset + 1) * 7]
                return sum + Foundation.log(z.reduce(0.0) { $0 + exp($1) }) - z[z.startIndex + Int(row.element)]
            } / 3
        }
        let differences = logits.indices.map { index in
            var (up, down) = (logits.map(Double.init), logits.map(Double.init))
            up[index] += 1e-5
            down[index] -= 1e-5
            return (reference(up) - reference(down)) / 2e-5
        }
        expectClose(gradient, differences, tolerance: 1e-6, "gradient")
    }

    @Test func crossEntropySum_anyBatch_equalsRecordedLoss() throws {
        let tape = try makeTape()
        let (x, value) = loss(randomFloats("logits", 40), [1, 2, 3, 0], divisor: 1, on: tape)
        let labels: [Int32] = [1, 2, 3, 0]
        let sum = labels.withUnsafeBufferPointer { x.crossEntropySum(Labels($0)) }
        #expect(Float(sum) == value.scalar)
    }

    @Test func countCorrect_tiesAndNaN_followFirstGreatest() throws {
        let tape = try makeTape()
        let logits = tape.constant([1, 2, 2, 2, 2, 1, .nan, 0, 1, 0, .nan, 1], shape: [4, 3])
        func correct(_ labels: [Int32]) -> Int { labels.withUnsafeBufferPointer { logits.countCorrect(Labels($0)) } }
        #expect(correct([1, 0, 0, 2]) == 2)
        #expect(correct([2, 1, 2, 0]) == 0)
    }
}
