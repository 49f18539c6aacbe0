import Optimization
import TensorCore

extension Optimizer {
    /// One step on `range`, or on everything.
    func step(
        _ parameters: FlatStorage, _ gradients: FlatStorage, _ rate: Float, range: Range<Int>? = nil,
        stepsDone: Int = 0
    ) {
        step(
            parameters: parameters.elements, gradients: UnsafeBufferPointer(gradients.elements),
            range: range ?? 0..<parameters.count, learningRate: rate, stepsDone: stepsDone)
    }
}

extension FlatStorage {
    convenience init(_ values: [Float]) {
        self.init(count: values.count)
        for (index, value) in values.enumerated() { base[index] = value }
    }
}

/// The greatest difference over the greatest expected size; infinity for other counts or a value that is no number.
func relativeDifference(_ values: [Float], _ expected: [Float]) -> Float {
    guard values.count == expected.count, values.allSatisfy(\.isFinite) else { return .infinity }
    let difference = zip(values, expected).map { abs($0 - $1) }.max() ?? 0
    return difference == 0 ? 0 : difference / (expected.map { abs($0) }.max() ?? 1)
}
