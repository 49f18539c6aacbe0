internal import Glibc

/// An open file or folder, closed when released.
final class FileDescriptor: Sendable {
    let path: String
    private let number: Int32

    init(_ path: String, flags: Int32, action: String) throws {
        self.path = path
        number = open(path, flags | O_CLOEXEC, 0o666)
        if number < 0 { throw FileError(action, path) }
    }

    deinit {
        close(number)
    }

    /// The size of a regular file; anything else (a folder, a pipe) is refused.
    func byteCount() throws -> Int {
        var status = stat()
        if fstat(number, &status) != 0 { throw FileError("read", path) }
        if status.st_mode & S_IFMT == S_IFDIR { throw FileError("read", path, code: EISDIR) }
        if status.st_mode & S_IFMT != S_IFREG { throw FileError("read", path, code: EINVAL) }
        return Int(status.st_size)
    }

    /// Fills `bytes` from `offset` on; returns how many there were, fewer only at the end of the file.
    func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
            let got = pread(number, rest.baseAddress, rest.count, offset + done)
            if got == 0 { break }
            if got > 0 { done += got } else if errno != EINTR { throw FileError("read", path) }
        }
        return done
    }

    /// Appends all of `bytes`, however many calls that takes.
    func write(_ bytes: UnsafeRawBufferPointer) throws {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let put = Glibc.write(number, rest.baseAddress, rest.count)
            if put > 0 { done += put } else if put == 0 || errno != EINTR { throw FileError("write", path) }
        }
    }

    /// Waits until the content is on the medium.
    func synchronize() throws {
        // A file system that cannot do this for a folder says EINVAL; there is nothing more one could do.
        if fsync(number) != 0 && errno != EINVAL { throw FileError("write", path) }
    }
}
