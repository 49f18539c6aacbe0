public import TensorCore

/// What a model needs to be applied: a tape, the mode, the parameters' values and, for training, where their gradients go.
///
/// One per compute thread, used again for every step.
public final class ForwardPass {
    /// Training or evaluation.
    public enum Mode: Sendable {
        case training, evaluation
    }

    /// The tape on which everything is recorded.
    public let tape: Tape

    /// Whether the pass trains: layers such as dropout differ.
    public let mode: Mode

    private let values: FlatStorage
    private let gradients: FlatStorage?
    private var leaves: [Tensor?]
    private var accumulates = false

    /// A pass that trains: gradients land in `gradients`, a storage of the same layout as `values`.
    public init(training model: Model, tape: Tape, values: FlatStorage, gradients: FlatStorage) {
        self.tape = tape
        self.values = values
        self.gradients = gradients
        mode = .training
        leaves = Array(repeating: nil, count: model.parameters.count)
    }

    /// A pass that only evaluates.
    public init(evaluating model: Model, tape: Tape, values: FlatStorage) {
        self.tape = tape
        self.values = values
        gradients = nil
        mode = .evaluation
        leaves = Array(repeating: nil, count: model.parameters.count)
    }

    /// Forgets the last pass. If `accumulating`, the next one adds its gradients to what stands in the storage.
    public func begin(accumulating: Bool = false) {
        tape.reset()
        accumulates = accumulating
        for index in leaves.indices { leaves[index] = nil }
    }

    /// The parameter's values as a tensor; the same tensor however often a pass asks.
    public subscript(_ parameter: Parameter) -> Tensor {
        if let known = leaves[parameter.index] { return known }
        let leaf = makeLeaf(parameter)
        leaves[parameter.index] = leaf
        return leaf
    }

    private func makeLeaf(_ parameter: Parameter) -> Tensor {
        let value = values.base + parameter.range.lowerBound
        guard let gradients else { return tape.constant(value, shape: parameter.shape) }
        return tape.variable(
            value, gradient: gradients.base + parameter.range.lowerBound, shape: parameter.shape,
            accumulates: accumulates)
    }
}
