extension Tape {
    /// Computes the gradient of `loss`, a tensor of one element, with respect to every variable it depends on.
    /// - Throws: ``OneDNNError``.
    public func backward(from loss: Tensor) throws {
        requireShapes(loss.shape.count == 1, "backward", loss.shape, [])
        try withGradient(of: loss) { $0[0] = 1 }
        for index in records.indices.reversed() {
            let record = records[index]
            if slots[Int(record.output.id)].hasGradient {
                try replay(record)
                // Every later use of the output has been replayed already, so nothing reads its gradient again.
                releaseGradient(of: record.output)
            }
            if let whenFinal { try tellFinal(record.inputs, Int32(index), whenFinal) }
            try betweenOperations?()
        }
    }

    private func replay(_ record: Record) throws {
        guard let profile else { return try record.operation.backward(record, on: self) }
        try profile.measure(record.operation.name + " backward") {
            try record.operation.backward(record, on: self)
        }
    }

    /// The inputs that no earlier record has are complete; where no gradient has reached them it is zero.
    private func tellFinal(
        _ inputs: (Tensor, Tensor?, Tensor?, Tensor?), _ index: Int32, _ tell: (Int) throws -> Void
    ) throws {
        func tellOne(_ input: Tensor?) throws {
            guard let input else { return }
            let slot = slots[Int(input.id)]
            guard slot.number >= 0 && slot.firstUse == index else { return }
            if !slot.hasGradient { slot.gradient?.update(repeating: 0, count: slot.shape.count) }
            try tell(Int(slot.number))
        }
        try tellOne(inputs.0)
        try tellOne(inputs.1)
        try tellOne(inputs.2)
        try tellOne(inputs.3)
    }

    /// The gradient of a record's output, complete when the record is replayed. It lies in memory as the output does.
    public func gradient(of output: Tensor) -> UnsafeMutablePointer<Float> {
        guard let gradient = slots[Int(output.id)].gradient else {
            fatalError("A tensor of shape \(output.shape) was asked for a gradient that was never computed.")
        }
        return gradient
    }

    /// Lets `write` fill the gradient of `tensor`, or a temporary that is then added to it if it has a part already. `write`
    /// must set every element. Does nothing for a tensor that needs no gradient.
    public func withGradient(
        of tensor: Tensor, _ write: (UnsafeMutablePointer<Float>) throws -> Void
    ) throws {
        guard tensor.needsGradient else { return }
        guard let layout = tensor.layout else { return try withGradientMemory(of: tensor, write) }
        // For operations that know nothing of layouts.
        let plain = context.pool.take(tensor.shape.count)
        defer { context.pool.give(plain, tensor.shape.count) }
        try write(plain)
        let reorder = try context.reorder(tensor.shape, from: nil, to: layout)
        try withGradientMemory(of: tensor) { try reorder.run(on: context, from: plain, to: $0) }
    }

    /// The same for an operation that writes the gradient in the tensor's own layout, padding included.
    func withGradientMemory(
        of tensor: Tensor, _ write: (UnsafeMutablePointer<Float>) throws -> Void
    ) throws {
        let id = Int(tensor.id)
        guard slots[id].needsGradient else { return }
        let count = slots[id].memoryCount
        if slots[id].gradient == nil {
            slots[id].gradient = context.pool.take(count)
            slots[id].ownsGradient = true
        }
        guard let gradient = slots[id].gradient else { return }
        if slots[id].hasGradient {
            let part = context.pool.take(count)
            defer { context.pool.give(part, count) }
            try write(part)
            Kernels.add(gradient, part, count)
        } else {
            try write(gradient)
            slots[id].hasGradient = true
        }
    }

    /// Hands the gradient of a record's output on to an input that has the same elements in the same order. Its memory goes with it
    /// where the input has no gradient yet.
    func passGradient(from output: Tensor, to input: Tensor) throws {
        let (source, target) = (Int(output.id), Int(input.id))
        let isFree = slots[target].needsGradient && slots[target].gradient == nil && slots[source].ownsGradient
        guard isFree else {
            let (gradient, count) = (gradient(of: output), output.memoryCount)
            return try withGradientMemory(of: input) { $0.update(from: gradient, count: count) }
        }
        slots[target].gradient = slots[source].gradient
        (slots[target].ownsGradient, slots[target].hasGradient) = (true, true)
        slots[source].gradient = nil
        (slots[source].ownsGradient, slots[source].hasGradient) = (false, false)
    }

    private func releaseGradient(of tensor: Tensor) {
        let id = Int(tensor.id)
        guard slots[id].ownsGradient, let gradient = slots[id].gradient else { return }
        context.pool.give(gradient, slots[id].memoryCount)
        slots[id].gradient = nil
        slots[id].ownsGradient = false
        slots[id].hasGradient = false
    }
}
