public import TensorCore

/// What moves parameters by their gradients, range by range, and keeps its memory in storages of their layout.
public protocol Optimizer: AnyObject {
    /// What a checkpoint must keep besides the parameters: names with storages of the parameters' layout, in a fixed order.
    var state: [(name: String, storage: FlatStorage)] { get }

    /// One step on the elements of `range`, in place; allocates nothing.
    ///
    /// Elements do not influence each other, so ranges may be stepped in any order, each once per step.
    /// - Parameters:
    ///   - parameters: All parameters, `[parameterCount]`.
    ///   - gradients: Their gradients, `[parameterCount]`, already averaged over the global batch.
    ///   - range: The indices to step.
    ///   - learningRate: The schedule's rate for this step.
    ///   - stepsDone: The steps before this one, over the whole training: a resumed one goes on counting.
    func step(
        parameters: UnsafeMutableBufferPointer<Float>, gradients: UnsafeBufferPointer<Float>, range: Range<Int>,
        learningRate: Float, stepsDone: Int)
}

/// A wrong layout is a programmer's error: going on would write outside the storage.
@inline(__always)
func requireLayout(
    _ optimizer: StaticString, of count: Int, parameters: Int, gradients: Int, range: Range<Int>
) {
    guard parameters == count, gradients == count, range.lowerBound >= 0, range.upperBound <= count else {
        fatalError(
            "\(optimizer) was made for \(count) parameters and got \(parameters) parameters, \(gradients) gradients "
                + "and the range \(range).")
    }
}
