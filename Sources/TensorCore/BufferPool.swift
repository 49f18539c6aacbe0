/// Aligned memory that is handed out again instead of being freed: after the first step, another one of as many samples takes nothing
/// from the system. One with fewer, such as the first short last batch of an epoch, has sizes of its own and does so once.
final class BufferPool {
    private struct Bin {
        let byteCount: Int
        var free: [UnsafeMutableRawPointer]
    }

    /// A model has few distinct sizes, so a scan beats hashing.
    private var bins: [Bin] = []
    private var all: [UnsafeMutableRawPointer] = []

    /// Bytes taken from the system so far.
    private(set) var totalByteCount = 0

    /// A block of at least `floatCount` float32, with arbitrary content, aligned to 64 bytes.
    func take(_ floatCount: Int) -> UnsafeMutablePointer<Float> {
        let byteCount = Self.rounded(floatCount)
        let bin = index(of: byteCount)
        let raw = bins[bin].free.popLast() ?? allocate(byteCount)
        return raw.assumingMemoryBound(to: Float.self)
    }

    /// Takes a block back; `floatCount` is the number it was taken with.
    func give(_ pointer: UnsafeMutablePointer<Float>, _ floatCount: Int) {
        bins[index(of: Self.rounded(floatCount))].free.append(UnsafeMutableRawPointer(pointer))
    }

    deinit {
        for pointer in all { AlignedMemory.deallocate(pointer) }
    }

    private static func rounded(_ floatCount: Int) -> Int {
        max(64, (floatCount * 4 + 63) & ~63)
    }

    private func index(of byteCount: Int) -> Int {
        if let found = bins.firstIndex(where: { $0.byteCount == byteCount }) { return found }
        bins.append(Bin(byteCount: byteCount, free: []))
        return bins.count - 1
    }

    private func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
        let raw = AlignedMemory.allocate(byteCount: byteCount)
        raw.bindMemory(to: Float.self, capacity: byteCount / 4)
        all.append(raw)
        totalByteCount += byteCount
        return raw
    }
}
