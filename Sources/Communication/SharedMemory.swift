import CLinux
import Glibc

/// Memory that ranks of one host have in common: what one writes all can read, each at an address of its own.
///
/// Who writes what when is the callers' protocol: a collective operation that ranks have entered behind one access and left ahead of
/// another, with a memory fence on either side, orders the two.
///
/// The memory has no name in any file system, so that nothing is left behind however ranks end: the first rank makes it by
/// memfd_create(2), the others open it through the first one's folder in proc(5).
public final class SharedMemory {
    /// The first byte, at the beginning of a page.
    public let base: UnsafeMutableRawPointer

    /// The size.
    public let byteCount: Int

    /// The size of a page.
    public static let pageByteCount = sysconf(Int32(_SC_PAGESIZE))

    /// Memory of `byteCount` zeroed bytes for all ranks of `communicator`, or nil on all of them if they cannot share any: they are on
    /// different hosts, they must not see each other's processes, or the host has less. Whether a control group has less is for the
    /// caller to know: the kernel ends processes that take more.
    ///
    /// Each rank takes its `ownParts`, near the processor that it runs on; together they should be all. Collective: all ranks must
    /// reach this.
    /// - Throws: what the communicator reports.
    public static func allocate(
        byteCount: Int, ownParts: [Range<Int>], over communicator: any Communicator
    ) throws -> SharedMemory? {
        let token = UInt64.random(in: 1...UInt64(Int64.max))
        let own = communicator.rank == 0 ? SharedFile(making: token, byteCount: byteCount) : nil
        let offer = try communicator.allGather([Int64(getpid()), Int64(own?.descriptor ?? -1), Int64(token)])[0]
        let memory = (own ?? SharedFile(process: offer[0], descriptor: offer[1], token: UInt64(offer[2])))
            .flatMap { SharedMemory($0, byteCount: byteCount) }
        let hasIt = memory?.take(ownParts) ?? false
        // All or none; and the first one's file must stay open until all have opened it.
        let all = try withExtendedLifetime(own) { try communicator.allReduce([Int64(hasIt ? 1 : 0)], .minimum) }
        return all[0] == 1 ? memory : nil
    }

    private init?(_ file: SharedFile, byteCount: Int) {
        let address = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, file.descriptor, 0)
        guard let address, address != MAP_FAILED else { return nil }
        (base, self.byteCount) = (address, byteCount)
    }

    /// Has the pages of `parts` made by this process, large ones where the system grants them on request.
    private func take(_ parts: [Range<Int>]) -> Bool {
        madvise(base, byteCount, MADV_HUGEPAGE)
        return parts.allSatisfy { part in
            guard !part.isEmpty else { return true }
            let start = part.lowerBound / Self.pageByteCount * Self.pageByteCount
            let result = madvise(base + start, part.upperBound - start, apus_madv_populate_write)
            // Before Linux 5.14, which refuses all such advice, pages come when they are first written; but none ahead of the memory.
            return result == 0 || errno == EINVAL && part.lowerBound >= 0
        }
    }

    deinit {
        munmap(base, byteCount)
    }
}

/// A file in memory, open as long as this.
private final class SharedFile {
    let descriptor: Int32

    /// A new one, whose name holds `token`.
    init?(making token: UInt64, byteCount: Int) {
        // To take more than that would not fail, but have processes ended.
        guard byteCount <= sysconf(Int32(_SC_PHYS_PAGES)) * SharedMemory.pageByteCount else {
            descriptor = -1
            return nil
        }
        descriptor = apus_memfd_create(Self.name(token))
        guard descriptor >= 0, ftruncate(descriptor, byteCount) == 0 else { return nil }
    }

    /// The one that another process has open, if it can be reached and is the one that was made with `token`: on another host the same
    /// numbers mean something else.
    init?(process: Int64, descriptor number: Int64, token: UInt64) {
        let path = "/proc/\(process)/fd/\(number)"
        let target = withUnsafeTemporaryAllocation(byteCount: 128, alignment: 1) { bytes in
            let length = readlink(path, bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count)
            return String(decoding: bytes.prefix(max(length, 0)), as: UTF8.self)
        }
        descriptor = target.contains(Self.name(token)) ? open(path, O_RDWR | O_CLOEXEC) : -1
        guard descriptor >= 0 else { return nil }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    private static func name(_ token: UInt64) -> String {
        "apus-\(token)"
    }
}
