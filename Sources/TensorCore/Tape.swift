/// The record of one forward pass, which ``backward(from:)`` replays in reverse.
///
/// Tensors and records lie in two flat arrays that are kept from step to step: recording allocates nothing once the arrays have
/// grown. A tape belongs to one thread, that of its context.
public final class Tape {
    struct Slot {
        let shape: Shape
        let data: UnsafeMutablePointer<Float>
        /// The pool's own elements, to be given back; false for borrowed memory.
        let ownsData: Bool
        let needsGradient: Bool
        /// How data and gradient lie in memory; nil for row-major.
        let layout: Layout?
        /// The next tensor with the same elements in another layout, in a ring; negative if there is no other.
        var twin: Int32 = -1
        /// The tensor that holds these elements rounded, as products take them; negative if there is none.
        var operand: Int32 = -1
        var gradient: UnsafeMutablePointer<Float>?
        var ownsGradient: Bool
        /// Whether `gradient` holds a value, to which further parts are added.
        var hasGradient: Bool
        /// The first record that has it as an input, negative if none has: backward, the last to add to its gradient.
        var firstUse: Int32 = -1
        /// What ``Tape/whenFinal`` calls it, for a variable that has a number; negative for others.
        var number: Int32 = -1

        /// The number of float32 that data and gradient take in memory, padding included.
        var memoryCount: Int {
            layout?.floatCount ?? shape.count
        }
    }

    /// Engine, operations and memory.
    public let context: ExecutionContext

    /// Where the time of each operation is added up, when somebody asks.
    public var profile: OperationProfile? {
        get { context.profile }
        set { context.profile = newValue }
    }

    /// How batch normalisations take their statistics together with those on other tapes, if they do.
    public var statisticsReducer: StatisticsReducer?

    /// Told the number of a variable as soon as ``backward(from:)`` will not change its gradient any more. A variable that its first
    /// record has as two of its inputs is told twice. One that no record has is never told.
    public var whenFinal: ((Int) throws -> Void)?

    /// Called after each operation of ``backward(from:)``, for what has to move forward meanwhile.
    public var betweenOperations: (() throws -> Void)?

    var slots: [Slot] = []
    var records: [Record] = []

    /// An empty tape.
    public init(context: ExecutionContext) {
        self.context = context
        slots.reserveCapacity(256)
        records.reserveCapacity(256)
    }

    deinit {
        reset()
    }

    /// Forgets the pass. All its tensors become invalid; their memory goes back to the pool.
    public func reset() {
        for slot in slots {
            if slot.ownsData { context.pool.give(slot.data, slot.memoryCount) }
            if slot.ownsGradient, let gradient = slot.gradient { context.pool.give(gradient, slot.memoryCount) }
        }
        records.removeAll(keepingCapacity: true)
        slots.removeAll(keepingCapacity: true)
    }

    /// A tensor on borrowed elements, which get no gradient.
    public func constant(_ elements: UnsafeMutablePointer<Float>, shape: Shape) -> Tensor {
        append(
            Slot(
                shape: shape, data: elements, ownsData: false, needsGradient: false, layout: nil, gradient: nil,
                ownsGradient: false, hasGradient: false))
    }

    /// A tensor of the given elements, which get no gradient.
    public func constant(_ elements: [Float], shape: Shape) -> Tensor {
        requireShapes(elements.count == shape.count, "constant", Shape(elements.count), shape)
        let tensor = allocate(shape, needsGradient: false)
        _ = tensor.elements.update(fromContentsOf: elements)
        return tensor
    }

    /// The labels as numbers `[samples, 1]`, which get no gradient.
    public func constant(_ labels: Labels) -> Tensor {
        let tensor = allocate(Shape(labels.count, 1), needsGradient: false)
        for index in 0..<labels.count { tensor.base[index] = Float(labels.base[index]) }
        return tensor
    }

    /// A tensor on borrowed elements whose gradient is left at `gradient`: added to what stands there if `accumulates`, else
    /// written over it. `number` is what ``whenFinal`` calls it.
    public func variable(
        _ elements: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>, shape: Shape,
        accumulates: Bool = false, number: Int = -1
    ) -> Tensor {
        append(
            Slot(
                shape: shape, data: elements, ownsData: false, needsGradient: true, layout: nil, gradient: gradient,
                ownsGradient: false, hasGradient: accumulates, number: Int32(number)))
    }

    /// A tensor of the given elements whose gradient the tape keeps.
    public func variable(_ elements: [Float], shape: Shape) -> Tensor {
        requireShapes(elements.count == shape.count, "variable", Shape(elements.count), shape)
        let tensor = allocate(shape, needsGradient: true)
        _ = tensor.elements.update(fromContentsOf: elements)
        return tensor
    }

    /// A tensor with arbitrary elements from the pool, for an operation to fill.
    public func allocate(_ shape: Shape, needsGradient: Bool) -> Tensor {
        allocate(shape, layout: nil, needsGradient: needsGradient)
    }

    /// The same in a layout of oneDNN's choice, for an operation that fills memory as it lies: see ``Layout``.
    func allocate(_ shape: Shape, layout: Layout?, needsGradient: Bool) -> Tensor {
        append(
            Slot(
                shape: shape, data: context.pool.take(layout?.floatCount ?? shape.count), ownsData: true,
                needsGradient: needsGradient, layout: layout, gradient: nil, ownsGradient: false, hasGradient: false))
    }

    /// A tensor of another shape on the same elements.
    func view(of tensor: Tensor, shape: Shape) -> Tensor {
        append(
            Slot(
                shape: shape, data: tensor.base, ownsData: false, needsGradient: tensor.needsGradient, layout: nil,
                gradient: nil, ownsGradient: false, hasGradient: false))
    }

    /// Notes what an operation has computed; records that no gradient can reach are left out.
    public func record(
        _ operation: any Operation, _ first: Tensor, _ second: Tensor? = nil, _ third: Tensor? = nil,
        _ fourth: Tensor? = nil, output: Tensor, saved: Tensor? = nil
    ) {
        guard output.needsGradient else { return }
        noteUse(of: first)
        if let second { noteUse(of: second) }
        if let third { noteUse(of: third) }
        if let fourth { noteUse(of: fourth) }
        records.append(
            Record(operation: operation, inputs: (first, second, third, fourth), output: output, saved: saved))
    }

    private func noteUse(of tensor: Tensor) {
        let id = Int(tensor.id)
        if slots[id].firstUse < 0 { slots[id].firstUse = Int32(records.count) }
    }

    private func append(_ slot: Slot) -> Tensor {
        slots.append(slot)
        return Tensor(tape: self, id: Int32(slots.count - 1))
    }
}
