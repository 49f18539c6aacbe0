// The one place where operands of products become what a context's precision wants.
extension Tensor {
    /// The elements as they lie in memory, as products take them in `precision`. Rounded once in a pass, however often it is asked
    /// for; in float32 they are the elements themselves.
    func operand(in precision: ComputePrecision) -> UnsafeMutablePointer<Float> {
        guard precision.rounds else { return memory }
        let known = tape.slots[Int(id)].operand
        if known >= 0 { return tape.slots[Int(known)].data }
        let count = memoryCount
        let rounded = tape.allocate(Shape(precision.floatCount(of: count)), needsGradient: false)
        tape.measure("round to bfloat16") {
            precision.round(memory, count: count, into: rounded.memory, on: tape.context)
        }
        tape.slots[Int(id)].operand = rounded.id
        return rounded.memory
    }
}

extension Tape {
    /// Lends `count` elements as products take them.
    func lendOperand(
        _ elements: UnsafeMutablePointer<Float>, count: Int, in precision: ComputePrecision,
        _ body: (UnsafeMutablePointer<Float>) throws -> Void
    ) throws {
        guard precision.rounds else { return try body(elements) }
        let floats = precision.floatCount(of: count)
        let rounded = context.pool.take(floats)
        defer { context.pool.give(rounded, floats) }
        measure("round to bfloat16") { precision.round(elements, count: count, into: rounded, on: context) }
        try body(rounded)
    }
}
