internal import Digests

/// The decompressed content of a dataset file and its SHA-256.
struct DatasetFile: Sendable {
    let path: String

    /// For messages about the content: the file, and the decompressed copy that was read in its place.
    let place: String

    let bytes: DataBytes
    let digest: String

    /// A remark for the log, such as why the cache was not used.
    let notice: String?

    /// Whether this call decompressed the file.
    let wasDecompressed: Bool

    /// Maps the plain file at `path`, or the decompressed copy of the gzip file at `path` in the cache at `cacheFolder`.
    ///
    /// - Throws: ``DatasetError``.
    init(path: String, cacheFolder: String?, lockWaitSeconds: Double = 60) throws {
        let source = try SourceFile(path)
        self.path = path
        guard source.isGzip else {
            place = path
            bytes = try DataBytes(mapping: source.descriptor, count: source.byteCount, path: path)
            digest = bytes.withBytes { SHA256.digest(of: $0) }.hex
            (notice, wasDecompressed) = (nil, false)
            return
        }
        do {
            guard let cacheFolder else { throw DecompressedCache.Unusable(reason: "no folder for it is known") }
            let entry = try DecompressedCache(folder: cacheFolder, lockWaitSeconds: lockWaitSeconds).entry(of: source)
            (bytes, digest, notice, wasDecompressed) = (entry.bytes, entry.digest, entry.notice, entry.wasBuilt)
            place = "\(path) (decompressed in \(entry.path))"
        } catch let unusable as DecompressedCache.Unusable {
            (bytes, digest) = try Self.decompressed(source)
            place = path
            notice = "The cache of decompressed datasets is not used for \(path): \(unusable.reason)."
            wasDecompressed = true
        }
    }

    private static func decompressed(_ source: SourceFile) throws -> (DataBytes, digest: String) {
        var content: [UInt8] = []
        try IDXFile.decompress(source) { content.append(contentsOf: $0) }
        return (DataBytes(copying: content), SHA256.digest(of: content).hex)
    }
}
