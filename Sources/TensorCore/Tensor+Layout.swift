// A tensor as operations see it that know of layouts.
extension Tensor {
    /// How the elements and their gradient lie in memory; nil for row-major.
    var layout: Layout? {
        tape.slots[Int(id)].layout
    }

    /// The elements as they lie in memory, ``memoryCount`` of them.
    var memory: UnsafeMutablePointer<Float> {
        tape.slots[Int(id)].data
    }

    /// The number of float32 that the elements take in memory, padding included.
    var memoryCount: Int {
        tape.slots[Int(id)].memoryCount
    }

    /// A descriptor of the elements as they lie in memory. Makes an object: for the construction of operations.
    func descriptor() throws -> Descriptor {
        try layout?.descriptor ?? shape.plainDescriptor()
    }

    /// The same elements row-major: this tensor, or a twin that gets its elements once in a pass, however often it is asked for.
    /// Gradients of the twin reach this tensor.
    /// - Throws: ``OneDNNError``.
    func plain() throws -> Tensor {
        try laidOut(nil)
    }

    /// The same elements in the given layout of this shape, as ``plain()`` gives them row-major.
    /// - Throws: ``OneDNNError``.
    func laidOut(_ wanted: Layout?) throws -> Tensor {
        if let known = tape.twin(of: self, in: wanted) { return known }
        let output = tape.allocate(shape, layout: wanted, needsGradient: needsGradient)
        let operation = try tape.context.reorder(shape, from: layout, to: wanted)
        try tape.measure("reorder forward") {
            try operation.run(on: tape.context, from: memory, to: output.memory)
        }
        tape.record(operation, self, output: output)
        tape.makeTwins(self, output)
        return output
    }
}

extension Tape {
    /// A tensor with arbitrary elements in the shape and the layout of another, for an operation to fill.
    func allocate(like tensor: Tensor, needsGradient: Bool) -> Tensor {
        allocate(tensor.shape, layout: tensor.layout, needsGradient: needsGradient)
    }

    /// The same elements in the given layout, if they have been brought into it.
    func twin(of tensor: Tensor, in layout: Layout?) -> Tensor? {
        var id = tensor.id
        repeat {
            let slot = slots[Int(id)]
            if slot.layout === layout { return Tensor(tape: self, id: id) }
            id = slot.twin
        } while id >= 0 && id != tensor.id
        return nil
    }

    /// Adds `new` to the ring of `known`.
    fileprivate func makeTwins(_ known: Tensor, _ new: Tensor) {
        let next = slots[Int(known.id)].twin
        slots[Int(new.id)].twin = next < 0 ? known.id : next
        slots[Int(known.id)].twin = new.id
    }

    /// Lends the elements of `shape` that lie at `elements` in one layout, in another.
    func lend(
        _ shape: Shape, at elements: UnsafeMutablePointer<Float>, in layout: Layout?, as wanted: Layout?,
        _ body: (UnsafeMutablePointer<Float>) throws -> Void
    ) throws {
        if layout === wanted { return try body(elements) }
        let count = wanted?.floatCount ?? shape.count
        let copy = context.pool.take(count)
        defer { context.pool.give(copy, count) }
        try change(shape, from: layout, to: wanted, elements, copy)
        try body(copy)
    }

    /// Has `body` fill the elements of `shape` in one layout, and brings them to `elements` in another.
    func borrow(
        _ shape: Shape, at elements: UnsafeMutablePointer<Float>, in layout: Layout?, as wanted: Layout?,
        _ body: (UnsafeMutablePointer<Float>) throws -> Void
    ) throws {
        if layout === wanted { return try body(elements) }
        let count = wanted?.floatCount ?? shape.count
        let copy = context.pool.take(count)
        defer { context.pool.give(copy, count) }
        try body(copy)
        try change(shape, from: wanted, to: layout, copy, elements)
    }

    private func change(
        _ shape: Shape, from first: Layout?, to second: Layout?, _ source: UnsafeMutablePointer<Float>,
        _ destination: UnsafeMutablePointer<Float>
    ) throws {
        let operation = try context.reorder(shape, from: first, to: second)
        try measure("reorder backward") { try operation.run(on: context, from: source, to: destination) }
    }
}
