/// A file of unsigned bytes in the IDX format of the MNIST family, plain or gzip.
///
/// Bytes 0, 0, element type, number of dimensions; the dimensions as big-endian 32-bit integers; the elements, row-major
/// (Y. LeCun, "The MNIST database", section "The IDX file format").
public struct IDXFile: Sendable {
    /// The file's path.
    public let path: String

    /// The dimensions, slowest first, at least one.
    public let dimensions: [Int]

    /// The SHA-256, in hex, of the whole decompressed file.
    public let digest: String

    /// A remark for the log, such as why the cache was not used.
    public let notice: String?

    /// For messages about the content: ``path``, and the decompressed copy if one was read.
    let place: String

    private let bytes: DataBytes
    private let elementStart: Int

    /// Opens the file at `path`; a gzip file is decompressed once into the cache at `cacheFolder` and mapped from there.
    ///
    /// - Throws: ``DatasetError``.
    public init(path: String, cacheFolder: String?) throws {
        try self.init(DatasetFile(path: path, cacheFolder: cacheFolder))
    }

    init(_ file: DatasetFile) throws {
        (path, place, bytes, digest, notice) = (file.path, file.place, file.bytes, file.digest, file.notice)
        dimensions = try bytes.withBytes { try Self.dimensions($0, file.place) }
        elementStart = 4 + 4 * dimensions.count
        guard Self.product(dimensions) == bytes.count - elementStart else {
            let found = "\(bytes.count - elementStart) bytes of data"
            let sizes = dimensions.map(String.init).joined(separator: " × ")
            throw DatasetError.damaged(path: place, problem: "it holds \(found), but its header promises \(sizes)")
        }
    }

    /// Calls `body` with all elements.
    public func withElements<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        try bytes.withBytes {
            try body(UnsafeRawBufferPointer(rebasing: $0[elementStart...]).assumingMemoryBound(to: UInt8.self))
        }
    }

    private static func dimensions(_ bytes: UnsafeRawBufferPointer, _ path: String) throws -> [Int] {
        func damaged(_ problem: String) -> DatasetError { .damaged(path: path, problem: problem) }
        guard bytes.count >= 4 else { throw damaged("it has \(bytes.count) bytes, too few for an IDX header") }
        guard bytes[0] == 0, bytes[1] == 0, bytes[3] > 0 else {
            let found = bytes.prefix(4).map { String($0, radix: 16) }.joined(separator: " ")
            throw damaged(
                "it begins with the bytes \(found), expected 0 0 8 and a number of dimensions, as IDX files do")
        }
        guard bytes[2] == 0x08 else {
            throw damaged("its elements are \(elementName(bytes[2])), expected unsigned bytes (type 0x08)")
        }
        let count = Int(bytes[3])
        guard bytes.count >= 4 + 4 * count else { throw damaged("it is cut off within its \(count) dimensions") }
        return (1...count).map { Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self))) }
    }

    private static func elementName(_ type: UInt8) -> String {
        let names: [UInt8: String] = [
            0x09: "signed bytes", 0x0B: "16-bit integers", 0x0C: "32-bit integers", 0x0D: "32-bit floats",
            0x0E: "64-bit floats",
        ]
        return (names[type] ?? "of an unknown kind") + " (type 0x\(type < 16 ? "0" : "")\(String(type, radix: 16)))"
    }

    private static func product(_ dimensions: [Int]) -> Int? {
        dimensions.reduce(1) { product, dimension in
            guard let (value, overflow) = product?.multipliedReportingOverflow(by: dimension) else { return nil }
            return overflow ? nil : value
        }
    }
}
