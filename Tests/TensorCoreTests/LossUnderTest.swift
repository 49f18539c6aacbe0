import Foundation
import TestSupport
import Testing

@testable import TensorCore

/// A loss, beside the same in Double, row by row, for the tests that all losses share.
struct LossUnderTest: Sendable, CustomTestStringConvertible {
    /// What the outputs are compared with; a loss takes the one or the other.
    struct Targets {
        let labels: [Int32]
        let values: [Float]
    }

    let testDescription: String
    /// The losses of one row, and so the number of them.
    let reference: @Sendable (_ row: [Double], _ label: Int, _ targets: [Double]) -> [Double]
    let golden: @Sendable (Golden.Losses) -> [Golden.Loss]
    private let apply: @Sendable (Tensor, Labels, Tensor, LossReduction) throws -> Tensor

    static let all = [
        LossUnderTest(
            testDescription: "crossEntropy", reference: { row, label, _ in [logSumExp(row) - row[label]] },
            golden: \.crossEntropy,
            apply: { x, labels, _, reduction in try x.crossEntropy(labels, reduction: reduction) }),
        LossUnderTest(
            testDescription: "crossEntropy(probabilities)",
            reference: { row, _, targets in [zip(row, targets).reduce(0) { $0 + $1.1 * (logSumExp(row) - $1.0) }] },
            golden: \.crossEntropyOfProbabilities,
            apply: { x, _, targets, reduction in try x.crossEntropy(probabilities: targets, reduction: reduction) }),
        LossUnderTest(
            testDescription: "binaryCrossEntropy",
            reference: { row, _, targets in
                zip(row, targets).map { max($0, 0) - $0 * $1 + log1p(exp(-abs($0))) }
            },
            golden: \.binaryCrossEntropy,
            apply: { x, _, targets, reduction in try x.binaryCrossEntropyWithLogits(targets, reduction: reduction) }),
        LossUnderTest(
            testDescription: "negativeLogLikelihood", reference: { row, label, _ in [-row[label]] },
            golden: \.negativeLogLikelihood,
            apply: { x, labels, _, reduction in try x.negativeLogLikelihood(labels, reduction: reduction) }),
        LossUnderTest(
            testDescription: "meanSquaredError",
            reference: { row, _, targets in zip(row, targets).map { ($0 - $1) * ($0 - $1) / 2 } },
            golden: \.meanSquaredError,
            apply: { x, _, targets, reduction in try x.meanSquaredError(targets, reduction: reduction) }),
    ]

    func callAsFunction(_ x: Tensor, _ targets: Targets, _ reduction: LossReduction) throws -> Tensor {
        let values = x.tape.constant(targets.values, shape: x.shape)
        return try targets.labels.withUnsafeBufferPointer { try apply(x, Labels($0), values, reduction) }
    }

    /// The losses of all rows.
    func reference(_ values: [Double], _ targets: Targets, columns: Int) -> [Double] {
        targets.labels.indices.flatMap { row in
            reference(
                Array(values[row * columns..<(row + 1) * columns]), Int(targets.labels[row]),
                targets.values[row * columns..<(row + 1) * columns].map(Double.init))
        }
    }

    /// `Σ upstream · losses` differentiated by central differences, in Double.
    func differences(_ values: [Float], _ targets: Targets, columns: Int, upstream: [Float]) -> [Double] {
        let step = 1e-5
        func weightedSum(_ index: Int, _ change: Double) -> Double {
            var changed = values.map(Double.init)
            changed[index] += change
            let losses = reference(changed, targets, columns: columns)
            return zip(losses, upstream).reduce(0) { $0 + $1.0 * Double($1.1) }
        }
        return values.indices.map { (weightedSum($0, step) - weightedSum($0, -step)) / (2 * step) }
    }

    private static func logSumExp(_ row: [Double]) -> Double {
        let greatest = row.max() ?? 0
        return greatest + log(row.reduce(0) { $0 + exp($1 - greatest) })
    }
}

extension Golden {
    /// The golden values of the losses.
    struct Losses: Decodable {
        let crossEntropy, crossEntropyOfProbabilities, binaryCrossEntropy: [Loss]
        let negativeLogLikelihood, meanSquaredError: [Loss]
    }

    struct Loss: Decodable {
        let shape: [Int]
        let labels: [Int32]
        let input, targets, upstream, losses, gradient, meanGradient: [Float]
        let sum, mean: Float
    }

    static func losses() throws -> Losses {
        try GoldenFile.read("losses")
    }
}
