internal import Files

/// The header of an IDX file, and what it says of the file as a whole.
struct IDXHeader {
    /// The dimensions, slowest first, at least one.
    let dimensions: [Int]

    /// Reads the header with which `bytes` begin; `path` names the file in errors.
    ///
    /// - Throws: ``DatasetError`` if it is none, or not that of unsigned bytes.
    init(_ bytes: UnsafeRawBufferPointer, path: String) throws {
        func damaged(_ problem: String) -> DatasetError { .damaged(path: path, problem: problem) }
        guard bytes.count >= 4 else { throw damaged("it has \(bytes.count) bytes, too few for an IDX header") }
        guard bytes[0] == 0, bytes[1] == 0, bytes[3] > 0 else {
            let found = bytes.prefix(4).map { String($0, radix: 16) }.joined(separator: " ")
            throw damaged(
                "it begins with the bytes \(found), expected 0 0 8 and a number of dimensions, as IDX files do")
        }
        guard bytes[2] == 0x08 else {
            throw damaged("its elements are \(Self.elementName(bytes[2])), expected unsigned bytes (type 0x08)")
        }
        let count = Int(bytes[3])
        guard bytes.count >= 4 + 4 * count else { throw damaged("it is cut off within its \(count) dimensions") }
        dimensions = (1...count).map {
            Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
        }
    }

    /// Where the elements begin.
    var byteCount: Int { 4 + 4 * dimensions.count }

    /// The dimensions in words: `60000 × 28 × 28`.
    var sizes: String { dimensions.map(String.init).joined(separator: " × ").excerpt }

    /// The number of elements; nil if no file could hold as many.
    private var elementCount: Int? {
        dimensions.reduce(1) { product, dimension in
            guard let (value, overflow) = product?.multipliedReportingOverflow(by: dimension) else { return nil }
            return overflow ? nil : value
        }
    }

    /// Refuses a file of `fileByteCount` bytes, or more unless `isWhole`, if the header promises another number.
    func requireFile(of fileByteCount: Int, isWhole: Bool = true, path: String) throws {
        let found = fileByteCount - byteCount
        if let elementCount, isWhole ? found == elementCount : found <= elementCount { return }
        throw DatasetError.damaged(
            path: path,
            problem: "it holds \(found) bytes of data\(isWhole ? "" : " or more"), but its header promises \(sizes)")
    }

    private static func elementName(_ type: UInt8) -> String {
        let names: [UInt8: String] = [
            0x09: "signed bytes", 0x0B: "16-bit integers", 0x0C: "32-bit integers", 0x0D: "32-bit floats",
            0x0E: "64-bit floats",
        ]
        return (names[type] ?? "of an unknown kind") + " (type 0x\(type < 16 ? "0" : "")\(String(type, radix: 16)))"
    }
}
