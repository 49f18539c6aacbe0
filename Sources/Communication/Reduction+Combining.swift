extension Reduction {
    /// Replaces each element of `result` by its combination with the one of `values`, both of type `type`.
    ///
    /// Integers wrap around, as they do in MPI.
    func combine(_ values: UnsafeRawBufferPointer, into result: UnsafeMutableRawBufferPointer, as type: ElementType) {
        switch type {
        case .float32: combine(values, into: result, sum: { (a: Float, b: Float) in a + b })
        case .float64: combine(values, into: result, sum: { (a: Double, b: Double) in a + b })
        case .int32: combine(values, into: result, sum: { (a: Int32, b: Int32) in a &+ b })
        case .int64: combine(values, into: result, sum: { (a: Int64, b: Int64) in a &+ b })
        case .uint8: combine(values, into: result, sum: { (a: UInt8, b: UInt8) in a &+ b })
        }
    }

    @inline(__always)
    private func combine<Element: CommunicationElement>(
        _ values: UnsafeRawBufferPointer, into result: UnsafeMutableRawBufferPointer, sum: (Element, Element) -> Element
    ) {
        let values = values.bindMemory(to: Element.self)
        let result = result.assumingMemoryBound(to: Element.self)
        switch self {
        case .sum: for i in values.indices { result[i] = sum(result[i], values[i]) }
        case .minimum: for i in values.indices { result[i] = min(result[i], values[i]) }
        case .maximum: for i in values.indices { result[i] = max(result[i], values[i]) }
        }
    }
}
