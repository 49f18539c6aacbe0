import Glibc

/// Memory for tensors: aligned to cache lines, and large blocks on huge pages where the system grants them on request. Matrix
/// products walk down columns, where with pages of 4 KiB every row of a wide matrix costs an address translation of its own.
enum AlignedMemory {
    private static let hugePageByteCount = 2 << 20

    /// `byteCount` bytes of arbitrary content; free them with `deallocate()`.
    static func allocate(byteCount: Int, hugePages: Bool = true) -> UnsafeMutableRawPointer {
        guard hugePages, byteCount >= hugePageByteCount else {
            return .allocate(byteCount: byteCount, alignment: 64)
        }
        let raw = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: hugePageByteCount)
        // A request: where it is refused, ordinary pages serve as well. Whole pages only, the rest is somebody else's.
        madvise(raw, byteCount & ~(hugePageByteCount - 1), MADV_HUGEPAGE)
        return raw
    }
}
