internal import Files

/// Collects tensors by reference and writes them as one safetensors file, straight from where they lie.
///
/// Equal input gives equal bytes. Tensors stand in the reference implementation's order: descending element type, then name
/// (`prepare` in `safetensors/src/tensor.rs`); metadata stand in the order of their keys.
public struct SafeTensorsWriter {
    private let metadata: [String: String]
    private var tensors: [(name: String, dtype: DType, shape: [Int], bytes: UnsafeRawBufferPointer)] = []
    private var names: Set<String> = []

    /// A file of no tensors yet; numbers in `metadata` are written as text.
    public init(metadata: [String: String] = [:]) {
        self.metadata = metadata
    }

    /// Adds a tensor; `bytes`, row-major and little-endian, must stay valid and unchanged until ``write(to:)`` returns.
    ///
    /// - Throws: ``SafeTensorsError/unwritableTensor(_:problem:)`` when the name is taken or the size is not the shape's.
    public mutating func add(_ name: String, _ dtype: DType, shape: [Int], bytes: UnsafeRawBufferPointer) throws {
        func unwritable(_ problem: String) -> SafeTensorsError { .unwritableTensor(name, problem: problem) }
        if name == Header.metadataKey { throw unwritable("the format reserves this name") }
        if !names.insert(name).inserted { throw unwritable("there is another of this name") }
        guard shape.allSatisfy({ $0 >= 0 }), SafeTensorsEntry.byteCount(dtype, shape) == bytes.count else {
            throw unwritable("it has \(bytes.count) bytes, which is not what \(dtype.rawValue) \(shape) takes")
        }
        tensors.append((name, dtype, shape, bytes))
    }

    /// Adds a float32 tensor; `elements` must stay valid and unchanged until ``write(to:)`` returns.
    ///
    /// - Throws: ``SafeTensorsError/unwritableTensor(_:problem:)``.
    public mutating func add(_ name: String, shape: [Int], elements: UnsafeBufferPointer<Float>) throws {
        try add(name, .float32, shape: shape, bytes: UnsafeRawBufferPointer(elements))
    }

    /// Writes the file to `path` by ``AtomicFile``: whole, or not at all.
    ///
    /// - Throws: ``FileError``.
    public func write(to path: String) throws {
        let ordered = tensors.sorted { left, right in
            left.dtype == right.dtype
                ? left.name.utf8.lexicographicallyPrecedes(right.name.utf8) : left.dtype.rank > right.dtype.rank
        }
        var end = 0
        let lines = ordered.map { tensor in
            let begin = end
            end += tensor.bytes.count
            return Self.line(tensor.name, tensor.dtype, tensor.shape, begin..<end)
        }
        try AtomicFile.write(to: path) { file in
            try header(lines).withUnsafeBytes(file.write)
            for tensor in ordered { try file.write(tensor.bytes) }
        }
    }

    /// The length of the header and the header, padded with spaces to a multiple of 8 bytes.
    private func header(_ lines: [String]) -> [UInt8] {
        let pairs = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { "\(Self.quoted($0.key)):\(Self.quoted($0.value))" }
        let first = pairs.isEmpty ? [] : ["\"\(Header.metadataKey)\":{\(pairs.joined(separator: ","))}"]
        var text = Array("{\((first + lines).joined(separator: ","))}".utf8)
        text.append(contentsOf: repeatElement(0x20, count: (8 - text.count % 8) % 8))
        return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
    }

    private static func line(_ name: String, _ dtype: DType, _ shape: [Int], _ range: Range<Int>) -> String {
        let dimensions = shape.map(String.init).joined(separator: ",")
        let offsets = "\(range.lowerBound),\(range.upperBound)"
        return
            "\(quoted(name)):{\"dtype\":\"\(dtype.rawValue)\",\"shape\":[\(dimensions)],\"data_offsets\":[\(offsets)]}"
    }

    /// A JSON string, escaped as the reference implementation does.
    private static func quoted(_ text: String) -> String {
        let escapes: [Unicode.Scalar: String] = [
            "\"": "\\\"", "\\": "\\\\", "\u{8}": "\\b", "\u{C}": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t",
        ]
        let content = text.unicodeScalars.map { scalar -> String in
            if let escape = escapes[scalar] { return escape }
            if scalar.value >= 0x20 { return String(scalar) }
            return "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
        }
        return "\"" + content.joined() + "\""
    }
}
