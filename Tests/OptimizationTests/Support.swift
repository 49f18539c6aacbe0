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
