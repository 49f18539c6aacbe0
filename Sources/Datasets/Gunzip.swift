internal import CZlib
internal import Files
internal import Glibc

/// Decompression of a gzip file, piece by piece, by zlib's `gzread`.
enum Gunzip {
    private static let pieceByteCount = 1 << 18

    /// Hands the decompressed bytes of `source` to `consume` in order.
    ///
    /// - Throws: ``DatasetError`` if the file is truncated or damaged, or what `consume` throws.
    static func pieces(of source: SourceFile, _ consume: (UnsafeRawBufferPointer) throws -> Void) throws {
        let stream = try open(source)
        var isOpen = true
        defer { if isOpen { gzclose_r(stream) } }
        gzbuffer(stream, UInt32(pieceByteCount))
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceByteCount, alignment: 64)
        defer { piece.deallocate() }
        while true {
            let got = gzread(stream, piece.baseAddress, UInt32(pieceByteCount))
            if got < 0 { throw damaged(source, stream) }
            if got == 0 { break }
            try consume(UnsafeRawBufferPointer(rebasing: piece[..<Int(got)]))
        }
        // A truncated file ends like a whole one; only the last call tells.
        isOpen = false
        let code = gzclose_r(stream)
        if code == Z_BUF_ERROR { throw DatasetError.damaged(path: source.path, problem: "the gzip data are cut off") }
        if code != Z_OK { throw DatasetError.damaged(path: source.path, problem: "zlib reports error \(code)") }
    }

    /// A stream on a descriptor of its own, at the start of the file.
    private static func open(_ source: SourceFile) throws -> gzFile {
        let descriptor = fcntl(source.descriptor, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
            let reason = FileError.reason(errno)
            if descriptor >= 0 { close(descriptor) }
            throw DatasetError.unreadable(path: source.path, reason: reason)
        }
        guard let stream = gzdopen(descriptor, "rb") else {
            close(descriptor)
            throw DatasetError.unreadable(path: source.path, reason: "zlib has no memory to open it")
        }
        return stream
    }

    private static func damaged(_ source: SourceFile, _ stream: gzFile) -> DatasetError {
        var code: Int32 = 0
        let message = gzerror(stream, &code).map { String(cString: $0) } ?? "unknown"
        // zlib puts "<fd:6>: " in front, a descriptor that tells the reader nothing.
        let words = message.hasPrefix("<fd:") ? message.drop { $0 != " " }.dropFirst() : message[...]
        return .damaged(path: source.path, problem: "zlib reports error \(code), \"\(words)\"")
    }
}
