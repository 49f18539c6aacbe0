public import TensorCore

/// What a model needs to be applied: a tape, the mode, the values of parameters and buffers and, for training, where gradients and
/// batch statistics go.
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

    /// Where gradients and batch statistics go; nil if the pass evaluates.
    public private(set) var target: GradientTarget?

    /// The samples of the pass, for layers that draw random numbers.
    public private(set) var samples: Samples?

    private let model: Model
    private let values: FlatStorage
    private let buffers: FlatStorage?
    private var leaves: [Tensor?]
    private var bufferLeaves: [Tensor?]
    private var accumulates = false

    /// A pass that trains: gradients land in `gradients`, a storage of the same layout as `values`.
    /// - Parameters:
    ///   - buffers: needed by a model that has buffers.
    ///   - statistics: where `piece` of the step leaves its batch statistics; nil for rows of the pass's own.
    public convenience init(
        training model: Model, tape: Tape, values: FlatStorage, buffers: FlatStorage? = nil, gradients: FlatStorage,
        statistics: BatchStatistics? = nil, piece: Int = 0
    ) {
        self.init(
            training: model, tape: tape, values: values, buffers: buffers,
            target: GradientTarget(
                gradients: gradients, statistics: statistics ?? BatchStatistics(model, pieceCount: 1), piece: piece))
    }

    /// A pass that trains and leaves what it finds in `target`.
    /// - Parameter buffers: needed by a model that has buffers.
    public convenience init(
        training model: Model, tape: Tape, values: FlatStorage, buffers: FlatStorage? = nil, target: GradientTarget
    ) {
        self.init(model, .training, tape, values, buffers, target)
    }

    /// A pass that only evaluates.
    /// - Parameter buffers: needed by a model that has buffers.
    public convenience init(
        evaluating model: Model, tape: Tape, values: FlatStorage, buffers: FlatStorage? = nil
    ) {
        self.init(model, .evaluation, tape, values, buffers, nil)
    }

    private init(
        _ model: Model, _ mode: Mode, _ tape: Tape, _ values: FlatStorage, _ buffers: FlatStorage?,
        _ target: GradientTarget?
    ) {
        requireRoom(model.storageCount, "parameters", in: values)
        if !model.buffers.isEmpty { requireRoom(model.bufferStorageCount, "buffers", in: buffers) }
        if let target { requireRoom(model.storageCount, "gradients", in: target.gradients) }
        self.model = model
        (self.mode, self.tape, self.values, self.buffers, self.target) = (mode, tape, values, buffers, target)
        leaves = Array(repeating: nil, count: model.parameters.count)
        bufferLeaves = Array(repeating: nil, count: model.buffers.count)
    }

    /// Forgets the last pass. If `accumulating`, the next one adds its gradients and batch statistics to what stands there.
    /// - Parameters:
    ///   - samples: needed for training a model that draws random numbers.
    ///   - target: where gradients and statistics go from now on; nil for where they went before.
    public func begin(accumulating: Bool = false, samples: Samples? = nil, into target: GradientTarget? = nil) {
        tape.reset()
        self.samples = samples
        accumulates = accumulating
        if let target {
            requireRoom(model.storageCount, "gradients", in: target.gradients)
            self.target = target
        }
        if let target = self.target, !accumulating { target.statistics.clear(piece: target.piece) }
        for index in leaves.indices { leaves[index] = nil }
        for index in bufferLeaves.indices { bufferLeaves[index] = nil }
    }

    /// Computes the gradients of `loss`, a tensor of one element. That of a parameter which the loss does not depend on is zero.
    /// - Throws: ``OneDNNError``.
    public func backward(from loss: Tensor) throws {
        try tape.backward(from: loss)
        guard let target, !accumulates else { return }
        for parameter in model.parameters where leaves[parameter.index]?.gradient == nil {
            target.gradients.elements[parameter.range].update(repeating: 0)
        }
    }

    /// The parameter's values as a tensor; the same tensor however often a pass asks.
    public subscript(_ parameter: Parameter) -> Tensor {
        if let known = leaves[parameter.index] { return known }
        let leaf = makeLeaf(parameter)
        leaves[parameter.index] = leaf
        return leaf
    }

    /// The buffer's values as a tensor that gets no gradient; the same tensor however often a pass asks.
    public subscript(_ buffer: Buffer) -> Tensor {
        if let known = bufferLeaves[buffer.index] { return known }
        guard let buffers else { fatalError("Buffer '\(buffer.name)' is of another model.") }
        let leaf = tape.constant(buffers.base + buffer.range.lowerBound, shape: buffer.shape)
        bufferLeaves[buffer.index] = leaf
        return leaf
    }

    private func makeLeaf(_ parameter: Parameter) -> Tensor {
        let value = values.base + parameter.range.lowerBound
        guard let target else { return tape.constant(value, shape: parameter.shape) }
        return tape.variable(
            value, gradient: target.gradients.base + parameter.range.lowerBound, shape: parameter.shape,
            accumulates: accumulates, number: parameter.index)
    }
}

/// A storage that is too short is a programmer's error: going on would write outside it.
private func requireRoom(_ count: Int, _ content: String, in storage: FlatStorage?) {
    guard let found = storage?.count, found >= count else {
        fatalError(
            "A pass needs a storage of \(count) elements for the model's \(content), and was given "
                + (storage.map { "one of \($0.count)." } ?? "none."))
    }
}
