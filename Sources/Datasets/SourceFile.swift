internal import Files
internal import Glibc

/// A dataset file open for reading, with what tells it from its other versions.
final class SourceFile {
    let path: String
    let descriptor: Int32
    let byteCount: Int
    let modifiedNanoseconds: Int

    init(_ path: String) throws {
        // Without O_NONBLOCK, opening a pipe would wait for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw DatasetError.unreadable(path: path, reason: FileError.reason(errno)) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw DatasetError.unreadable(path: path, reason: "it is no regular file")
        }
        self.path = path
        self.descriptor = descriptor
        byteCount = Int(status.st_size)
        modifiedNanoseconds = status.st_mtim.tv_sec &* 1_000_000_000 &+ status.st_mtim.tv_nsec
    }

    deinit {
        close(descriptor)
    }

    /// Whether the content, whatever the file is called, begins as gzip does (RFC 1952, section 2.3.1).
    var isGzip: Bool {
        var magic: (UInt8, UInt8) = (0, 0)
        let got = withUnsafeMutableBytes(of: &magic) { pread(descriptor, $0.baseAddress, 2, 0) }
        return got == 2 && magic == (0x1F, 0x8B)
    }

    /// The path without symbolic links.
    var absolutePath: String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
