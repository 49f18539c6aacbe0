/// A flat, zeroed, 64-byte aligned block of float32, owned for its lifetime.
///
/// All parameters of a model lie in one, their gradients in a second of the same layout, the reduced gradients in a third:
/// a bucket, an optimizer's range or a message is then a plain range of indices.
public final class FlatStorage: @unchecked Sendable {
    // @unchecked: the pointer never changes; who writes which range when is the caller's protocol, as with any buffer.

    /// The float32 elements of a cache line: what tensors begin at multiples of, and parts of a storage that threads or ranks work on.
    public static let lineCount = 16

    /// `count` elements, and as many more as make whole cache lines.
    public static func wholeLines(_ count: Int) -> Int {
        (count + lineCount - 1) / lineCount * lineCount
    }

    /// The number of float32 elements.
    public let count: Int

    /// The first element.
    public let base: UnsafeMutablePointer<Float>

    /// What the elements belong to, if they are not this storage's own; kept as long as this one.
    private let owner: AnyObject?

    /// A block of `count` zeros.
    public convenience init(count: Int) {
        self.init(count: count, hugePages: true)
    }

    /// The elements of `range` of `whole`, seen as a storage.
    public init(_ range: Range<Int>, of whole: FlatStorage) {
        guard range.lowerBound >= 0, range.upperBound <= whole.count else {
            fatalError("The elements \(range) of a storage of \(whole.count) were asked for.")
        }
        count = range.count
        base = whole.base + range.lowerBound
        owner = whole
    }

    /// The `count` elements from `base` on, which belong to `owner`.
    public init(count: Int, at base: UnsafeMutablePointer<Float>, of owner: AnyObject) {
        (self.count, self.base, self.owner) = (count, base, owner)
    }

    init(count: Int, hugePages: Bool) {
        self.count = count
        owner = nil
        let raw = AlignedMemory.allocate(byteCount: max(count, 1) * 4, hugePages: hugePages)
        base = raw.bindMemory(to: Float.self, capacity: max(count, 1))
        base.initialize(repeating: 0, count: max(count, 1))
    }

    deinit {
        if owner == nil { AlignedMemory.deallocate(UnsafeMutableRawPointer(base)) }
    }

    /// All elements; valid as long as the storage is.
    public var elements: UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(start: base, count: count)
    }

    /// A copy of all elements. Safer than one of ``elements``, which do not keep the storage alive.
    public var array: [Float] {
        withExtendedLifetime(self) { Array(elements) }
    }

    /// The elements of `range`.
    public subscript(range: Range<Int>) -> UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(rebasing: elements[range])
    }
}
