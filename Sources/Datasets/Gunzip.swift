internal import CZlib
internal import Files
internal import Glibc

/// Decompression of a gzip file, piece by piece.
enum Gunzip {
    private static let pieceByteCount = 1 << 18

    /// Hands the decompressed bytes of `source` to `consume` in order, in pieces of the same size but the last.
    ///
    /// - Throws: ``DatasetError`` if the file is truncated or damaged, or what `consume` throws.
    static func pieces(of source: SourceFile, _ consume: (UnsafeRawBufferPointer) throws -> Void) throws {
        let stream = try GzipStream(source, blockByteCount: pieceByteCount)
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceByteCount, alignment: 64)
        defer { piece.deallocate() }
        while true {
            let got = try stream.read(into: piece)
            if got == 0 { return }
            try consume(UnsafeRawBufferPointer(rebasing: piece[..<got]))
        }
    }
}

/// A gzip file being decompressed: one member or several, one behind the other, and nothing else (RFC 1952, section 2.2).
///
/// By zlib's `inflate`; its `gzread` takes whatever lies behind the members for nothing.
private final class GzipStream {
    private let source: SourceFile
    /// Where the next block of the file begins.
    private var offset = 0
    private let block: UnsafeMutableRawBufferPointer
    // zlib's state points back to its stream, which must stay where it is.
    private let stream: UnsafeMutablePointer<z_stream>
    private var memberIsComplete = false

    init(_ source: SourceFile, blockByteCount: Int) throws {
        self.source = source
        block = .allocate(byteCount: blockByteCount, alignment: 64)
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // The largest window, and 16 for gzip's header and trailer.
        let code = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard code == Z_OK else {
            throw DatasetError.unreadable(path: source.path, reason: "zlib has no memory to open it")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        block.deallocate()
    }

    /// Fills `piece`; returns how many bytes there were, fewer only at the end.
    func read(into piece: UnsafeMutableRawBufferPointer) throws -> Int {
        stream.pointee.next_out = piece.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(piece.count)
        while stream.pointee.avail_out > 0, try hasInput() { try decompress() }
        return piece.count - Int(stream.pointee.avail_out)
    }

    /// Whether there is something to decompress; a file may end only where a member does.
    private func hasInput() throws -> Bool {
        if stream.pointee.avail_in == 0 { try readBlock() }
        if stream.pointee.avail_in > 0 { return true }
        guard memberIsComplete else {
            throw DatasetError.damaged(path: source.path, problem: "the gzip data are cut off")
        }
        return false
    }

    private func readBlock() throws {
        var got = pread(source.descriptor, block.baseAddress, block.count, offset)
        while got < 0 && errno == EINTR { got = pread(source.descriptor, block.baseAddress, block.count, offset) }
        guard got >= 0 else { throw DatasetError.unreadable(path: source.path, reason: FileError.reason(errno)) }
        offset += got
        stream.pointee.next_in = block.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_in = UInt32(got)
    }

    private func decompress() throws {
        if memberIsComplete { inflateReset(stream) }
        let code = inflate(stream, Z_NO_FLUSH)
        memberIsComplete = code == Z_STREAM_END
        guard code == Z_OK || code == Z_STREAM_END else {
            let message = stream.pointee.msg.map { String(cString: $0) } ?? "unknown"
            throw DatasetError.damaged(path: source.path, problem: "zlib reports error \(code), \"\(message)\"")
        }
    }
}
