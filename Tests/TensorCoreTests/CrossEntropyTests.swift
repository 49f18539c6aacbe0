import Foundation
import Testing

@testable import TensorCore

@Suite struct CrossEntropyTests {
    /// A few units in the last place of float32, through one exponential and one logarithm.
    private let tolerance = 1e-6

    private func loss(
        _ logits: [Float], _ labels: [Int32], reduction: LossReduction = .sum, on tape: Tape
    ) throws -> (x: Tensor, loss: Tensor) {
        let x = tape.variable(logits, shape: [labels.count, logits.count / labels.count])
        return (x, try labels.withUnsafeBufferPointer { try x.crossEntropy(Labels($0), reduction: reduction) })
    }

    /// Divided by a number of samples of which the batch is a part.
    @Test func crossEntropy_goldenShapes_matchPyTorch() throws {
        for golden in try Golden.layers().crossEntropy {
            let tape = try makeTape()
            let (x, loss) = try loss(golden.logits, golden.labels, reduction: .sumOver(golden.divisor), on: tape)
            try tape.backward(from: loss)
            expectClose([loss.scalar], [Double(golden.loss)], tolerance: tolerance, "loss")
            expectClose(
                try #require(x.gradient), golden.logitsGradient.map(Double.init), tolerance: tolerance, "gradient")
        }
    }

    /// Dive into Deep Learning, section 4.4: the book takes probabilities, whose logarithms are logits, and log-probabilities.
    @Test func crossEntropy_bookExample_givesItsValues() throws {
        let tape = try makeTape()
        let logits = [0.1, 0.3, 0.6, 0.3, 0.2, 0.5].map { Float(log($0)) }
        let (x, losses) = try loss(logits, [0, 2], reduction: .none, on: tape)
        expectClose(losses.array, [2.3026, 0.6931], tolerance: 5e-5, "from labels")
        let oneHot = tape.constant([1, 0, 0, 0, 0, 1], shape: [2, 3])
        expectClose(
            try x.crossEntropy(probabilities: oneHot, reduction: .none).array, [2.3026, 0.6931], tolerance: 5e-5,
            "from one-hot rows")
        let likelihoods = try [Int32(0), 2].withUnsafeBufferPointer {
            try x.negativeLogLikelihood(Labels($0), reduction: .none)
        }
        expectClose(likelihoods.array, [2.3026, 0.6931], tolerance: 5e-5, "from log-probabilities")
    }

    @Test func crossEntropy_hugeLogits_staysFinite() throws {
        let tape = try makeTape()
        let (x, value) = try loss([1e4, -1e4, 0, -1e4, 1e4, 0], [0, 0], on: tape)
        try tape.backward(from: value)
        #expect(value.scalar == 2e4)
        #expect(Array(try #require(x.gradient)) == [0, 0, 0, -1, 1, 0])
    }

    @Test func crossEntropyOfProbabilities_hugeLogits_staysFinite() throws {
        let tape = try makeTape()
        let x = tape.variable([1e4, -1e4, 0], shape: [1, 3])
        let value = try x.crossEntropy(probabilities: tape.constant([0.5, 0.25, 0.25], shape: [1, 3]))
        try tape.backward(from: value)
        #expect(value.scalar == 7500)
        #expect(Array(try #require(x.gradient)) == [0.5, -0.25, -0.25])
    }

    @Test func crossEntropy_equalLogits_givesLogOfClasses() throws {
        let tape = try makeTape()
        let (x, value) = try loss([3, 3, 3, 3], [1], reduction: .sumOver(2), on: tape)
        try tape.backward(from: value)
        expectClose([value.scalar], [log(4.0) / 2], tolerance: tolerance, "loss")
        expectClose(try #require(x.gradient), [0.125, -0.375, 0.125, 0.125], tolerance: tolerance, "gradient")
    }

    @Test func crossEntropy_nanLogitOfAnotherClass_givesNaN() throws {
        let tape = try makeTape()
        #expect(try loss([1, .nan, 2], [0], on: tape).loss.scalar.isNaN)
        #expect(try loss([.nan, 1, 2], [2], on: tape).loss.scalar.isNaN)
    }

    /// The softmax and the loss in one, and one after the other.
    @Test func crossEntropy_ofLogits_isTheLikelihoodOfTheirLogSoftmax() throws {
        let labels: [Int32] = [3, 0, 2, 2, 1]
        let results = try [true, false].map { isOne in
            let tape = try makeTape()
            let x = tape.variable(randomFloats("x", 20).map { 5 * $0 }, shape: [5, 4])
            let value = try labels.withUnsafeBufferPointer {
                isOne ? try x.crossEntropy(Labels($0)) : try x.logSoftmax().negativeLogLikelihood(Labels($0))
            }
            try tape.backward(from: value)
            return [value.scalar] + Array(try #require(x.gradient))
        }
        expectClose(results[1], results[0].map(Double.init), tolerance: tolerance, "loss and gradient")
    }

    @Test func countCorrect_tiesAndNaN_followFirstGreatest() throws {
        let tape = try makeTape()
        let logits = tape.constant([1, 2, 2, 2, 2, 1, .nan, 0, 1, 0, .nan, 1], shape: [4, 3])
        func correct(_ labels: [Int32]) -> Int { labels.withUnsafeBufferPointer { logits.countCorrect(Labels($0)) } }
        #expect(correct([1, 0, 0, 2]) == 2)
        #expect(correct([2, 1, 2, 0]) == 0)
    }

    @Test(arguments: ["cross-entropy", "negative log-likelihood", "countCorrect"], [-1, 3] as [Int32])
    func labels_thatAreNoClass_stopNamingOne(operation: String, label: Int32) async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            [operation, label] in
            let tape = try makeTape()
            let x = tape.constant(randomFloats("x", 6), shape: [2, 3])
            try [2, label].withUnsafeBufferPointer {
                let labels = Labels($0)
                switch operation {
                case "cross-entropy": _ = try x.crossEntropy(labels)
                case "negative log-likelihood": _ = try x.negativeLogLikelihood(labels)
                default: _ = x.countCorrect(labels)
                }
            }
        }
        expectMessage(result, "\(operation) was given the label \(label) at index 1, but there are 3 classes.")
    }

    @Test func crossEntropy_wrongCounts_stops() async {
        await #expect(processExitsWith: .failure) {
            let tape = try makeTape()
            _ = try [Int32(0)].withUnsafeBufferPointer {
                try tape.constant([1, 2, 3, 4], shape: [2, 2]).crossEntropy(Labels($0))
            }
        }
    }
}
