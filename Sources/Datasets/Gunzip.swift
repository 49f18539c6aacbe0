internal import CZlib
internal import Glibc

/// Decompression of a gzip file, piece by piece, by zlib's `gzread`.
enum Gunzip {
    private static let pieceByteCount = 1 << 18

    /// Hands the decompressed bytes of `source` to `consume` in order.
    ///
    /// - Throws: ``DatasetError`` if the file is truncated or damaged, or what `consume` throws.
    static func pieces(of source: SourceFile, _ consume: (UnsafeRawBufferPointer) throws -> Void) throws {
        lseek(source.descriptor, 0, SEEK_SET)
        guard let stream = gzdopen(dup(source.descriptor), "rb") else {
            throw DatasetError.unreadable(path: source.path, reason: "zlib cannot open it")
        }
        var open = true
        defer { if open { gzclose_r(stream) } }
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
        open = false
        let code = gzclose_r(stream)
        if code == Z_BUF_ERROR { throw DatasetError.damaged(path: source.path, problem: "the gzip data are cut off") }
        if code != Z_OK { throw DatasetError.damaged(path: source.path, problem: "zlib reports error \(code)") }
    }

    private static func damaged(_ source: SourceFile, _ stream: gzFile) -> DatasetError {
        var code: Int32 = 0
        let message = gzerror(stream, &code).map { String(cString: $0) } ?? "unknown"
        return .damaged(path: source.path, problem: "zlib reports error \(code), \"\(message)\"")
    }
}
