internal import Digests
internal import Files
internal import Foundation

/// Decompressed copies of gzip files, one per version of a source, so that the ranks of a host decompress once and map the
/// same pages.
///
/// An entry is a data file and, written after it, a sidecar `<bytes> <SHA-256>`; both appear by rename, under a lock on a
/// third file. A reader takes an entry only if size and digest agree, so a writer may be killed at any moment, and a file that
/// has rotted on its disk is not trained on.
struct DecompressedCache {
    /// Why the cache could not be used; the caller decompresses for itself.
    struct Unusable: Error {
        let reason: String

        init(reason: String) {
            self.reason = reason
        }

        init(_ error: FileError) {
            reason = "cannot \(error.action) \(error.path), \(FileError.reason(error.code))"
        }
    }

    /// The bytes of one source and their SHA-256 in hex.
    struct Entry {
        let bytes: DataBytes
        let digest: String
        let path: String
        let wasBuilt: Bool
        /// What to say about the entry that was found, if it was not as it should be.
        var notice: String?
    }

    /// What stands under an entry's name.
    private enum Finding {
        case intact(Entry)
        case incomplete
        case rotten
    }

    private let folder: String
    private let lockWaitSeconds: Double

    /// The cache in `folder`, where another process's lock is waited for at most `lockWaitSeconds`.
    init(folder: String, lockWaitSeconds: Double = 60) {
        self.folder = folder + "/decompressed"
        self.lockWaitSeconds = lockWaitSeconds
    }

    /// The entry of `source`, built if it is not there or damaged.
    ///
    /// - Throws: ``Unusable`` if the cache cannot be written or locked; ``DatasetError`` if the source is damaged.
    func entry(of source: SourceFile) throws -> Entry {
        let name = folder + "/" + key(of: source)
        let first = finding(name)
        if case .intact(let entry) = first { return entry }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw Unusable(reason: "the folder \(folder) cannot be made")
        }
        var entry = try locked(name) {
            if case .intact(let entry) = finding(name) { return entry }
            AtomicFile.removeStaleTemporaries(inFolder: folder, of: key(of: source))
            return try build(name, source)
        }
        if case .rotten = first {
            entry.notice = "The decompressed copy \(name) of \(source.path) was damaged; it was made again."
        }
        return entry
    }

    private func locked(_ name: String, _ body: () throws -> Entry) throws -> Entry {
        do {
            guard let lock = try FileLock(name + ".lock", waitSeconds: lockWaitSeconds) else {
                throw Unusable(reason: "cannot lock \(name).lock, another process holds it")
            }
            return try withExtendedLifetime(lock) { try body() }
        } catch let error as FileError {
            throw Unusable(error)
        }
    }

    /// The path, size and modification time stand for the content.
    private func key(of source: SourceFile) -> String {
        let text = "\(source.absolutePath)\u{0}\(source.byteCount)\u{0}\(source.modifiedNanoseconds)"
        return String(SHA256.digest(of: text).hex.prefix(32))
    }
}

extension DecompressedCache {
    private func finding(_ name: String) -> Finding {
        guard let sidecar = try? String(contentsOfFile: name + ".sha256", encoding: .utf8) else { return .incomplete }
        let words = sidecar.split(separator: " ")
        guard words.count == 2, words[1].count == 64, let bytes = try? mapped(name), Int(words[0]) == bytes.count
        else { return .incomplete }
        // The dataset's digest is made of this one: hashing once serves both.
        let digest = bytes.withBytes { SHA256.digest(of: $0) }.hex
        guard digest == words[1] else { return .rotten }
        return .intact(Entry(bytes: bytes, digest: digest, path: name, wasBuilt: false))
    }

    private func mapped(_ name: String) throws -> DataBytes {
        let file = try SourceFile(name)
        return try DataBytes(mapping: file.descriptor, count: file.byteCount, path: name)
    }

    private func build(_ name: String, _ source: SourceFile) throws -> Entry {
        let hash = SHA256()
        var count = 0
        try AtomicFile.write(to: name) { file in
            try IDXFile.decompress(source) { piece in
                hash.update(piece)
                count += piece.count
                try file.write(piece)
            }
        }
        let digest = hash.finalize().hex
        try AtomicFile.write("\(count) \(digest)", to: name + ".sha256")
        guard let bytes = try? mapped(name), bytes.count == count else {
            throw Unusable(reason: "the new file \(name) cannot be read back")
        }
        return Entry(bytes: bytes, digest: digest, path: name, wasBuilt: true)
    }
}
