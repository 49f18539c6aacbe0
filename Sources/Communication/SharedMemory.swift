import CLinux
import Glibc

/// Memory that ranks of one host have in common: what one writes all can read, each at an address of its own.
///
/// Who writes what when is the callers' protocol. A collective operation that ranks have entered behind a write and left ahead of a
/// read orders the two, as it does for the memory that it uses itself.
///
/// The memory has no name in any file system, so that nothing is left behind however ranks end: the first rank makes it by
/// memfd_create(2), the others open it through the first one's folder in proc(5).
public final class SharedMemory {
    /// The first byte, at the beginning of a page.
    public let base: UnsafeMutableRawPointer

    /// The size.
    public let byteCount: Int

    /// Memory of `byteCount` zeroed bytes for all ranks of `communicator`, or nil on all of them if they cannot share any: they are on
    /// different hosts, they must not see each other's processes, or the host has less.
    ///
    /// Each rank reserves its `ownParts`, near the processor that it runs on; together they should be all. Collective: all ranks must
    /// reach this.
    /// - Throws: what the communicator reports.
    public static func allocate(
        byteCount: Int, ownParts: [Range<Int>], over communicator: any Communicator
    ) throws -> SharedMemory? {
        let token = UInt64.random(in: 1...UInt64(Int64.max))
        let own = communicator.rank == 0 ? SharedFile(making: token, byteCount: byteCount) : nil
        let offer = try communicator.allGather([Int64(getpid()), Int64(own?.descriptor ?? -1), Int64(token)])[0]
        let file = own ?? SharedFile(process: offer[0], descriptor: offer[1], token: UInt64(offer[2]))
        let memory = file.flatMap { $0.reserve(ownParts) ? SharedMemory($0, byteCount: byteCount) : nil }
        // All or none; and the first one's file must not be closed before all have opened it.
        let haveIt = try communicator.allReduce([Int64(memory == nil ? 0 : 1)], .minimum)[0] == 1
        return haveIt ? memory : nil
    }

    private init?(_ file: SharedFile, byteCount: Int) {
        let address = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, file.descriptor, 0)
        guard let address, address != MAP_FAILED else { return nil }
        // A request: most systems grant it for private memory only.
        madvise(address, byteCount, MADV_HUGEPAGE)
        (base, self.byteCount) = (address, byteCount)
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
        // Reserving more than that would not fail, but have processes killed.
        guard byteCount <= sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) else {
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

    /// Has the memory of `parts` allocated.
    func reserve(_ parts: [Range<Int>]) -> Bool {
        parts.allSatisfy { $0.isEmpty || posix_fallocate(descriptor, $0.lowerBound, $0.count) == 0 }
    }

    private static func name(_ token: UInt64) -> String {
        "apus-\(token)"
    }
}
