internal import Files
internal import Glibc

/// Immutable bytes: a file's mapped pages, shared by all processes that map it, or memory of this process alone.
///
/// A mapped file must not be shortened while in use; replacing it by rename is safe.
final class DataBytes: @unchecked Sendable {
    // @unchecked: the pointer never changes and nothing writes through it.
    private let buffer: UnsafeRawBufferPointer
    private let release: (UnsafeMutableRawPointer, Int) -> Void

    /// The whole of the open file `descriptor`, of `count` bytes, mapped.
    init(mapping descriptor: Int32, count: Int, path: String) throws {
        guard count > 0 else {
            // mmap refuses a length of zero.
            (buffer, release) = (UnsafeRawBufferPointer(start: nil, count: 0), { _, _ in })
            return
        }
        guard let start = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0), start != MAP_FAILED else {
            throw DatasetError.unreadable(path: path, reason: FileError.reason(errno))
        }
        buffer = UnsafeRawBufferPointer(start: start, count: count)
        release = { munmap($0, $1) }
    }

    /// A copy of `bytes` in this process's memory.
    init(copying bytes: [UInt8]) {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
        copy.copyBytes(from: bytes)
        buffer = UnsafeRawBufferPointer(copy)
        release = { start, _ in start.deallocate() }
    }

    var count: Int { buffer.count }

    /// Calls `body` with the bytes, which stay valid until it returns.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(self) { try body(buffer) }
    }

    deinit {
        if let start = buffer.baseAddress { release(UnsafeMutableRawPointer(mutating: start), buffer.count) }
    }
}
