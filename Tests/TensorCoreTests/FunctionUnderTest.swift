import Foundation
import Testing

@testable import TensorCore

/// A function of one tensor, beside the same in Double, row by row, for the tests that all such functions share.
struct FunctionUnderTest: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let apply: @Sendable (Tensor) throws -> Tensor
    let reference: @Sendable (_ row: [Double]) -> [Double]
    let golden: @Sendable (Golden.Elementary) -> [Golden.Function]

    static let all = [
        FunctionUnderTest(
            testDescription: "sigmoid", apply: { try $0.sigmoid() }, reference: { $0.map { 1 / (1 + exp(-$0)) } },
            golden: \.sigmoid),
        FunctionUnderTest(
            testDescription: "tanh", apply: { try $0.tanh() }, reference: { $0.map { tanh($0) } }, golden: \.tanh),
        FunctionUnderTest(
            testDescription: "softmax", apply: { try $0.softmax() },
            reference: { row in
                let exponentials = row.map { exp($0 - (row.max() ?? 0)) }
                return exponentials.map { $0 / exponentials.reduce(0, +) }
            }, golden: \.softmax),
        FunctionUnderTest(
            testDescription: "logSoftmax", apply: { try $0.logSoftmax() },
            reference: { row in
                let greatest = row.max() ?? 0
                let logarithm = log(row.reduce(0) { $0 + exp($1 - greatest) })
                return row.map { $0 - greatest - logarithm }
            }, golden: \.logSoftmax),
    ]

    /// The reference of a whole tensor with rows of `columns`.
    func reference(_ values: [Double], columns: Int) -> [Double] {
        stride(from: 0, to: values.count, by: max(columns, 1)).flatMap { reference(Array(values[$0..<$0 + columns])) }
    }

    /// `Σ upstream · f(x)` differentiated by central differences, in Double.
    func differences(_ values: [Float], columns: Int, upstream: [Float]) -> [Double] {
        let step = 1e-5
        func weightedSum(_ index: Int, _ change: Double) -> Double {
            // Only the row of the changed element changes.
            let rows = index / columns * columns..<(index / columns + 1) * columns
            var row = values[rows].map(Double.init)
            row[index - rows.lowerBound] += change
            return zip(reference(row), upstream[rows]).reduce(0) { $0 + $1.0 * Double($1.1) }
        }
        return values.indices.map { (weightedSum($0, step) - weightedSum($0, -step)) / (2 * step) }
    }
}
