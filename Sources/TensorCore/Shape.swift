/// The sizes of a tensor's axes, outermost first, at most eight; `[]` is a scalar. Stored inline: copying allocates nothing.
public struct Shape: Hashable, Sendable {
    private var sizes: SIMD8<Int32>

    /// The number of axes.
    public let rank: Int

    /// A shape of the given sizes. More than eight axes, or a negative size, is a programmer error.
    public init(_ sizes: some Collection<Int>) {
        guard sizes.count <= 8, sizes.allSatisfy({ Self.sizeRange ~= $0 }) else {
            fatalError("A shape has at most eight axes of 0 to 2³¹-1 elements, not \(Array(sizes)).")
        }
        self.sizes = SIMD8(repeating: 1)
        rank = sizes.count
        for (axis, size) in sizes.enumerated() { self.sizes[axis] = Int32(size) }
    }

    /// A shape of one or two axes, for shapes that are made in every step: an array literal would allocate.
    public init(_ first: Int, _ second: Int? = nil) {
        let last = second ?? 1
        guard Self.sizeRange ~= first, Self.sizeRange ~= last else {
            fatalError("A shape has axes of 0 to 2³¹-1 elements, not \(first) × \(last).")
        }
        sizes = SIMD8(repeating: 1)
        rank = second == nil ? 1 : 2
        sizes[0] = Int32(first)
        sizes[1] = Int32(last)
    }

    /// A shape of four axes, such as `[batch, height, width, channels]`, for shapes that are made in every step.
    public init(_ first: Int, _ second: Int, _ third: Int, _ fourth: Int) {
        self = Shape(third, fourth).prefixed(by: second).prefixed(by: first)
    }

    /// The size of one axis.
    public subscript(axis: Int) -> Int {
        Int(sizes[axis])
    }

    /// The number of elements.
    public var count: Int {
        var product = 1
        for axis in 0..<rank { product *= self[axis] }
        return product
    }

    /// The shape as a matrix whose rows are the last axis.
    var rowsAndColumns: (rows: Int, columns: Int) {
        let columns = rank == 0 ? 1 : self[rank - 1]
        return (columns == 0 ? 0 : count / columns, columns)
    }

    /// The sizes as an array.
    public var array: [Int] {
        (0..<rank).map { self[$0] }
    }

    /// The shape with one more axis in front: that of a batch of `size` samples of this shape.
    public func prefixed(by size: Int) -> Shape {
        guard rank < 8 else { fatalError("A shape of eight axes, \(self), cannot get another one.") }
        guard Self.sizeRange ~= size else {
            fatalError("A shape has axes of 0 to 2³¹-1 elements, not \(size) in front of \(self).")
        }
        var copy = Shape(rank: rank + 1)
        copy.sizes[0] = Int32(size)
        for axis in 0..<rank { copy.sizes[axis + 1] = sizes[axis] }
        return copy
    }

    private static var sizeRange: ClosedRange<Int> { 0...Int(Int32.max) }

    private init(rank: Int) {
        sizes = SIMD8(repeating: 1)
        self.rank = rank
    }
}

extension Shape: ExpressibleByArrayLiteral {
    public init(arrayLiteral elements: Int...) {
        self.init(elements)
    }
}

extension Shape: CustomStringConvertible {
    public var description: String {
        "[" + array.map(String.init).joined(separator: ", ") + "]"
    }
}
