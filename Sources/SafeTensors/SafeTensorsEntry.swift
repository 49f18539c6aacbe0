/// One line of a safetensors header: a tensor's name, type, shape and place.
public struct SafeTensorsEntry: Equatable, Sendable {
    /// The name, unique in its file.
    public let name: String

    /// The type of the elements.
    public let dtype: DType

    /// The dimensions, slowest first; empty for a scalar.
    public let shape: [Int]

    /// Where the bytes lie, counted from the end of the header.
    public let byteRange: Range<Int>

    /// The number of elements.
    public var elementCount: Int { byteRange.count / dtype.byteCount }

    /// The bytes that `shape` takes, or nil if no integer holds the number.
    static func byteCount(_ dtype: DType, _ shape: [Int]) -> Int? {
        shape.reduce(dtype.byteCount) { product, dimension in
            guard let product else { return nil }
            let (next, overflow) = product.multipliedReportingOverflow(by: dimension)
            return overflow ? nil : next
        }
    }
}
