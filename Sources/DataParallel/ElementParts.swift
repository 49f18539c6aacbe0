import TensorCore

/// The elements of a storage cut into one part for each rank, in whole cache lines.
struct ElementParts {
    private let parts: [Range<Int>]
    let counts: [Int]

    /// `count` elements, a multiple of ``FlatStorage/lineCount``, cut into `partCount` parts.
    init(_ count: Int, partCount: Int) {
        parts = (0..<partCount).map { Self.part($0, of: partCount, in: count) }
        counts = parts.map(\.count)
    }

    var total: Int { counts.reduce(0, +) }

    subscript(part: Int) -> Range<Int> { parts[part] }

    /// The part `index` of `partCount` of `count` elements, a multiple of ``FlatStorage/lineCount``.
    static func part(_ index: Int, of partCount: Int, in count: Int) -> Range<Int> {
        let line = FlatStorage.lineCount
        guard count.isMultiple(of: line) else {
            fatalError("\(count) elements cannot be cut into whole cache lines of \(line).")
        }
        let lines = (0..<count / line).slice(index, of: partCount)
        return lines.lowerBound * line..<lines.upperBound * line
    }
}
