internal import Glibc

/// An open file or folder, closed when released.
public final class FileDescriptor: Sendable {
    /// As it was opened.
    public let path: String

    /// The descriptor, for what this type does not do itself.
    public let number: Int32

    /// Opens `path` by open(2) with `flags`, closed on exec; `action` says in an error what was tried.
    ///
    /// - Throws: ``FileError``.
    public init(_ path: String, flags: Int32, action: String = "open") throws {
        self.path = path
        number = open(path, flags | O_CLOEXEC, 0o666)
        if number < 0 { throw FileError(action, path) }
    }

    deinit {
        close(number)
    }

    /// The size of a regular file; anything else (a folder, a pipe) is refused.
    ///
    /// - Throws: ``FileError``.
    public func byteCount() throws -> Int {
        var status = stat()
        if fstat(number, &status) != 0 { throw FileError("read", path) }
        if status.st_mode & S_IFMT == S_IFDIR { throw FileError("read", path, code: EISDIR) }
        if status.st_mode & S_IFMT != S_IFREG { throw FileError.noRegularFile("read", path) }
        return Int(status.st_size)
    }

    /// Fills `bytes` from `offset` on; returns how many there were, fewer only at the end of the file.
    ///
    /// - Throws: ``FileError``.
    public func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
            let got = pread(number, rest.baseAddress, rest.count, offset + done)
            if got == 0 { break }
            if got > 0 { done += got } else if errno != EINTR { throw FileError("read", path) }
        }
        return done
    }

    /// Writes all of `bytes`, however many calls that takes.
    ///
    /// - Throws: ``FileError``; a part may have been written.
    public func write(_ bytes: UnsafeRawBufferPointer) throws {
        if let code = Self.write(bytes, to: number) { throw FileError("write", path, code: code) }
    }

    /// Writes all of `bytes` to an open descriptor, such as standard output; returns `errno` if the system refuses.
    public static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32? {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let put = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if put > 0 { done += put } else if put == 0 || errno != EINTR { return errno }
        }
        return nil
    }

    /// Waits until the content is on the medium.
    ///
    /// - Throws: ``FileError``.
    public func synchronize() throws {
        // A file system that cannot do this for a folder says EINVAL; there is nothing more one could do.
        if fsync(number) != 0 && errno != EINVAL { throw FileError("write", path) }
    }
}
