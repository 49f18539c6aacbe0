internal import Files

/// The JSON header of a safetensors file, read and checked.
struct Header {
    /// The key that holds the metadata instead of a tensor.
    static let metadataKey = "__metadata__"

    private(set) var metadata: [String: String] = [:]
    private(set) var entries: [SafeTensorsEntry] = []

    /// The header in `text`, of the file at `path`, which holds `dataByteCount` bytes after it.
    init(_ text: [UInt8], path: String, dataByteCount: Int) throws {
        guard text.first == UInt8(ascii: "{") else {
            throw SafeTensorsError.damagedFile(path: path, problem: "its header does not begin with '{'")
        }
        do {
            try parse(text, path)
        } catch let fault as JSONScanner.Fault {
            let problem = "its header is not as the format wants it: \(fault.problem) at byte \(fault.offset)"
            throw SafeTensorsError.damagedFile(path: path, problem: problem)
        }
        entries.sort {
            ($0.byteRange.lowerBound, $0.byteRange.upperBound) < ($1.byteRange.lowerBound, $1.byteRange.upperBound)
        }
        try checkLayout(path, dataByteCount)
    }

    private mutating func parse(_ text: [UInt8], _ path: String) throws {
        var scanner = JSONScanner(text)
        var (metadata, entries) = ([String: String](), [SafeTensorsEntry]())
        try scanner.object { scanner, name in
            if name == Self.metadataKey {
                try scanner.object { scanner, key in metadata[key] = try scanner.string() }
            } else {
                entries.append(try Self.entry(name, path, &scanner))
            }
        }
        try scanner.end()
        (self.metadata, self.entries) = (metadata, entries)
    }

    private static func entry(
        _ name: String, _ path: String, _ scanner: inout JSONScanner
    ) throws -> SafeTensorsEntry {
        var (type, shape, offsets): (String?, [Int]?, [Int]?)
        try scanner.object { scanner, key in
            switch key {
            case "dtype": type = try scanner.string()
            case "shape": shape = try counts(&scanner)
            case "data_offsets": offsets = try counts(&scanner)
            default: throw scanner.fault("unknown key \"\(key.excerpt)\" of tensor \"\(name.excerpt)\"")
            }
        }
        func damaged(_ problem: String) -> SafeTensorsError { .damagedTensor(name, path: path, problem: problem) }
        guard let type, let shape, let offsets else { throw damaged("lacks its dtype, shape or data_offsets") }
        guard let dtype = DType(rawValue: type) else { throw damaged("has the unknown dtype \"\(type.excerpt)\"") }
        guard offsets.count == 2, offsets[0] <= offsets[1] else {
            throw damaged("has data_offsets \("\(offsets)".excerpt), expected a begin and an end not before it")
        }
        return SafeTensorsEntry(name: name, dtype: dtype, shape: shape, byteRange: offsets[0]..<offsets[1])
    }

    private static func counts(_ scanner: inout JSONScanner) throws -> [Int] {
        var values: [Int] = []
        try scanner.array { scanner in values.append(try scanner.count()) }
        return values
    }

    /// Every tensor begins where the last one ends, has the size its shape wants, and the last ends with the file.
    private func checkLayout(_ path: String, _ dataByteCount: Int) throws {
        var end = 0
        for entry in entries {
            let range = entry.byteRange
            func damaged(_ problem: String) -> SafeTensorsError {
                .damagedTensor(entry.name, path: path, problem: problem)
            }
            guard range.lowerBound == end else {
                throw damaged(
                    "begins at byte \(range.lowerBound) of the data, expected \(end), the end of the one before")
            }
            guard let size = SafeTensorsEntry.byteCount(entry.dtype, entry.shape) else {
                throw damaged("has the impossible shape \("\(entry.shape)".excerpt)")
            }
            guard range.count == size else {
                let numbers = "\(entry.dtype.rawValue) \(entry.shape)".excerpt
                throw damaged("has \(range.count) bytes, expected \(size) for \(numbers)")
            }
            end = range.upperBound
        }
        guard end == dataByteCount else {
            let problem = "it holds \(dataByteCount) bytes of data, but its header describes \(end)"
            throw SafeTensorsError.damagedFile(path: path, problem: problem)
        }
    }
}
