import CKernels
import Glibc

/// Memory for tensors: aligned to cache lines, and large blocks on huge pages where the system grants them on request. Matrix
/// products walk down columns, where with pages of 4 KiB every row of a wide matrix costs an address translation of its own.
public enum AlignedMemory {
    private static let hugePageByteCount = 2 << 20

    /// `byteCount` bytes of arbitrary content, to be freed with ``deallocate(_:)``.
    ///
    /// If the system has none left, the process says so in one sentence and ends: nothing that computes could go on without, and a
    /// trap would bury the sentence under a stack trace.
    static func allocate(byteCount: Int, hugePages: Bool = true) -> UnsafeMutableRawPointer {
        guard hugePages, byteCount >= hugePageByteCount else {
            return allocate(byteCount, alignment: 64)
        }
        let raw = allocate(byteCount, alignment: hugePageByteCount)
        // A request: where it is refused, ordinary pages serve as well. Whole pages only, the rest is somebody else's.
        madvise(raw, byteCount & ~(hugePageByteCount - 1), MADV_HUGEPAGE)
        return raw
    }

    /// Frees what ``allocate(byteCount:hugePages:)`` gave.
    static func deallocate(_ pointer: UnsafeMutableRawPointer) {
        free(pointer)
    }

    /// Gives what was freed back to the system, where the allocator keeps it.
    public static func releaseFree() {
        kernel_release_free_memory()
    }

    private static func allocate(_ byteCount: Int, alignment: Int) -> UnsafeMutableRawPointer {
        var pointer: UnsafeMutableRawPointer?
        guard posix_memalign(&pointer, alignment, byteCount) == 0, let pointer else { fail(byteCount) }
        return pointer
    }

    private static func fail(_ byteCount: Int) -> Never {
        let sentence = Array(
            "The system has no memory for another \((byteCount + 1 << 20 - 1) >> 20) MiB of tensors.\n".utf8)
        _ = sentence.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
        // Without the work of a regular exit: MPI's would wait for ranks that wait for this one.
        _exit(1)
    }
}
