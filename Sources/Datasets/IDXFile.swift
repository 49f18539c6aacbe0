/// A file of unsigned bytes in the IDX format of the MNIST family, plain or gzip.
///
/// Bytes 0, 0, element type, number of dimensions; the dimensions as big-endian 32-bit integers; the elements, row-major
/// (Y. LeCun, "The MNIST database", section "The IDX file format").
public struct IDXFile: Sendable {
    /// The file's path.
    public let path: String

    /// The dimensions, slowest first, at least one.
    public var dimensions: [Int] { header.dimensions }

    /// The SHA-256, in hex, of the whole decompressed file.
    public let digest: String

    /// A remark for the log, such as why the cache was not used.
    public let notice: String?

    /// For messages about the content: ``path``, and the decompressed copy if one was read.
    let place: String

    /// The dimensions in words: `60000 × 28 × 28`.
    var sizes: String { header.sizes }

    private let bytes: DataBytes
    private let header: IDXHeader

    /// Opens the file at `path`; a gzip file is decompressed once into the cache at `cacheFolder` and mapped from there.
    ///
    /// - Throws: ``DatasetError``.
    public init(path: String, cacheFolder: String?) throws {
        try self.init(DatasetFile(path: path, cacheFolder: cacheFolder))
    }

    init(_ file: DatasetFile) throws {
        (path, place, bytes, digest, notice) = (file.path, file.place, file.bytes, file.digest, file.notice)
        header = try bytes.withBytes { try IDXHeader($0, path: file.place) }
        try header.requireFile(of: bytes.count, path: place)
    }

    /// Calls `body` with all elements.
    public func withElements<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        try bytes.withBytes {
            try body(UnsafeRawBufferPointer(rebasing: $0[header.byteCount...]).assumingMemoryBound(to: UInt8.self))
        }
    }
}
