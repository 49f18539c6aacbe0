internal import Files
internal import Glibc

/// A safetensors file open for reading: its header checked in full, its tensors read when asked for.
///
/// Format: https://github.com/huggingface/safetensors, "Format" of the README and `safetensors/src/tensor.rs`.
public struct SafeTensorsFile: Sendable {
    /// The file's path.
    public let path: String

    /// The `__metadata__` of the file.
    public let metadata: [String: String]

    /// All tensors in the order of their bytes.
    public let entries: [SafeTensorsEntry]

    private let file: FileDescriptor
    private let dataStart: Int
    private let places: [String: Int]

    /// Opens the file at `path` and checks every rule of the format.
    ///
    /// - Throws: ``SafeTensorsError`` if the file breaks one; ``FileError`` if the system cannot read it.
    public init(path: String) throws {
        // Without O_NONBLOCK, opening a pipe would wait for ever.
        file = try FileDescriptor(path, flags: O_RDONLY | O_NONBLOCK, action: "open")
        self.path = path
        let fileByteCount = try file.byteCount()
        let text = try Self.headerText(file, fileByteCount)
        dataStart = 8 + text.count
        let header = try Header(text, path: path, dataByteCount: fileByteCount - dataStart)
        metadata = header.metadata
        entries = header.entries
        places = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.name, $0) })
    }

    /// The header's line for tensor `name`.
    ///
    /// - Throws: ``SafeTensorsError/missingTensor(_:path:)``.
    public func entry(_ name: String) throws -> SafeTensorsEntry {
        guard let place = places[name] else { throw SafeTensorsError.missingTensor(name, path: path) }
        return entries[place]
    }

    /// Reads the bytes of tensor `name` into `destination`, whose size must be the tensor's.
    ///
    /// - Throws: ``SafeTensorsError`` or ``FileError``.
    public func read(_ name: String, into destination: UnsafeMutableRawBufferPointer) throws {
        let entry = try entry(name)
        guard entry.byteRange.count == destination.count else {
            throw unexpected(entry, "\(destination.count) bytes", found: "\(entry.byteRange.count) bytes")
        }
        let got = try file.read(into: destination, at: dataStart + entry.byteRange.lowerBound)
        guard got == destination.count else {
            throw SafeTensorsError.damagedTensor(name, path: path, problem: "was cut off while the file was open")
        }
    }

    /// The bytes of tensor `name`.
    ///
    /// - Throws: ``SafeTensorsError`` or ``FileError``.
    public func bytes(_ name: String) throws -> [UInt8] {
        let count = try entry(name).byteRange.count
        return try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            try read(
                name, into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]))
            initialized = count
        }
    }

    /// The elements of the F32 tensor `name`, row-major.
    ///
    /// - Throws: ``SafeTensorsError``, also when the tensor has another type, or ``FileError``.
    public func floats(_ name: String) throws -> [Float] {
        let entry = try entry(name)
        guard entry.dtype == .float32 else { throw unexpected(entry, "F32", found: entry.dtype.rawValue) }
        let count = entry.elementCount
        return try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            try read(name, into: UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[..<count])))
            initialized = count
        }
    }
}

extension SafeTensorsFile {
    /// The format's own limit, so that a damaged length cannot ask for all memory.
    private static let headerByteLimit: UInt64 = 100_000_000

    private static func headerText(_ file: FileDescriptor, _ fileByteCount: Int) throws -> [UInt8] {
        guard fileByteCount >= 8 else {
            let problem = "it has \(fileByteCount) bytes, expected at least the 8 of the header's length"
            throw SafeTensorsError.damagedFile(path: file.path, problem: problem)
        }
        var length: UInt64 = 0
        _ = try withUnsafeMutableBytes(of: &length) { try file.read(into: $0, at: 0) }
        guard length <= headerByteLimit, length <= UInt64(fileByteCount - 8) else {
            let problem = "its header claims \(length) bytes, expected at most \(min(fileByteCount - 8, 100_000_000))"
            throw SafeTensorsError.damagedFile(path: file.path, problem: problem)
        }
        var text = [UInt8](repeating: 0, count: Int(length))
        _ = try text.withUnsafeMutableBytes { try file.read(into: $0, at: 8) }
        return text
    }

    private func unexpected(_ entry: SafeTensorsEntry, _ expected: String, found: String) -> SafeTensorsError {
        .unexpectedTensor(entry.name, path: path, expected: expected, found: found)
    }
}
