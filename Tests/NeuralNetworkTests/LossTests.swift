import Testing

@testable import NeuralNetwork
@testable import TensorCore

@Suite struct LossTests {
    private let tape: Tape

    init() throws {
        tape = Tape(context: try ExecutionContext())
    }

    /// Ten samples of the step, of which two are here: sums over all, as the operations give them.
    @Test func loss_ofLabels_isTheOperationOfItsName() throws {
        let x = tape.variable([1, -2, 0.5, 3, 0, -1], shape: [2, 3])
        let logit = tape.variable([1, -2], shape: [2, 1])
        let targets = tape.constant([0, 1], shape: [2, 1])
        let reduction = LossReduction.sumOver(10)
        try withLabels([0, 1]) { labels in
            func value(_ loss: Loss, of output: Tensor) throws -> Float {
                try loss(output, .labels(labels), divisor: 10).scalar
            }
            let values = try [
                (value(.crossEntropy, of: x), x.crossEntropy(labels, reduction: reduction)),
                (value(.negativeLogLikelihood, of: x), x.negativeLogLikelihood(labels, reduction: reduction)),
                (
                    value(.binaryCrossEntropy, of: logit),
                    logit.binaryCrossEntropyWithLogits(targets, reduction: reduction)
                ),
                (value(.meanSquaredError, of: logit), logit.meanSquaredError(targets, reduction: reduction)),
            ]
            for (value, expected) in values { #expect(value == expected.scalar) }
        }
    }

    /// As PyTorch's mean: over all elements, here of five samples with two outputs each.
    @Test func loss_ofSeveralOutputs_isTheMeanOverThemForEverySample() throws {
        let x = tape.variable([1, 2, 3, 4], shape: [2, 2])
        let targets = Targets.values(tape.constant([1, 4, 3, 0], shape: [2, 2]))
        #expect(try Loss.meanSquaredError(x, targets, divisor: 5).scalar == (2 + 8) / 10)
        #expect(try Loss.meanSquaredError.sum(x, targets) == (2 + 8) / 2)
        #expect(Loss.meanSquaredError.countCorrect(x, targets) == 0)
    }

    @Test func loss_ofProbabilities_isTheirCrossEntropy() throws {
        let x = tape.variable([0, 0], shape: [1, 2])
        let targets = Targets.values(tape.constant([0.5, 0.5], shape: [1, 2]))
        #expect(abs(try Loss.crossEntropy(x, targets, divisor: 1).scalar - 0.6931472) < 1e-6)
    }

    @Test func sum_anyLoss_isTheLossTimesItsDivisor() throws {
        let x = tape.variable([1, -2, 0.5, 3], shape: [4, 1])
        try withLabels([0, 0, 0, 0]) { labels in
            for loss in Loss.allCases {
                let sum = try loss.sum(x, .labels(labels))
                let mean = try loss(x, .labels(labels), divisor: 4).scalar
                #expect(abs(sum / 4 - Double(mean)) < 1e-6, "\(loss)")
            }
        }
    }

    @Test func countCorrect_byLoss_takesTheGreatestOrTheSign() throws {
        let rows = tape.constant([1, 2, 5, 3], shape: [2, 2])
        try withLabels([1, 1]) { labels in
            #expect(Loss.crossEntropy.countCorrect(rows, .labels(labels)) == 1)
            #expect(Loss.negativeLogLikelihood.countCorrect(rows, .labels(labels)) == 1)
            let logits = tape.constant([3, -2], shape: [2, 1])
            #expect(Loss.binaryCrossEntropy.countCorrect(logits, .labels(labels)) == 1)
        }
    }

    private func withLabels(_ labels: [Int32], _ body: (Labels) throws -> Void) throws {
        try labels.withUnsafeBufferPointer { try body(Labels($0)) }
    }
}
