internal import Foundation
internal import Glibc

/// A file that appears under its name complete or not at all.
///
/// The bytes go to a temporary name in the same folder; then fsync, rename, and fsync of the folder. What stood under the
/// name before stays untouched until the rename.
public struct AtomicFile {
    private let file: FileDescriptor

    /// Writes the file that `body` produces to `path`; if anything fails the temporary file is removed.
    ///
    /// - Throws: ``FileError`` when the system refuses (no space, no permission), or what `body` throws.
    public static func write(to path: String, _ body: (AtomicFile) throws -> Void) throws {
        let (folder, name) = split(path)
        let temporary = folder + "/.\(name).\(getpid())-\(UInt32.random(in: 0 ... .max))\(temporarySuffix)"
        let file = try FileDescriptor(temporary, flags: O_WRONLY | O_CREAT | O_EXCL, action: "create")
        do {
            try body(AtomicFile(file: file))
            try file.synchronize()
            if rename(temporary, path) != 0 { throw FileError("write", path) }
        } catch {
            unlink(temporary)
            throw error
        }
        try FileDescriptor(folder, flags: O_RDONLY | O_DIRECTORY, action: "open").synchronize()
    }

    /// Writes `text` to `path`.
    ///
    /// - Throws: ``FileError``.
    public static func write(_ text: String, to path: String) throws {
        try write(to: path) { file in try Array(text.utf8).withUnsafeBytes(file.write) }
    }

    /// Appends `bytes`.
    ///
    /// - Throws: ``FileError`` unless every byte was taken.
    public func write(_ bytes: UnsafeRawBufferPointer) throws {
        try file.write(bytes)
    }

    /// Removes what writers killed half-way left in `folder`, or of them only the files whose names begin with `name`; call it only
    /// while no other process writes these.
    public static func removeStaleTemporaries(inFolder folder: String, of name: String = "") {
        for file in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        where file.hasPrefix("." + name) && file.hasSuffix(temporarySuffix) {
            unlink(folder + "/" + file)
        }
    }

    private static let temporarySuffix = ".partial"

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let folder = String(path[..<slash])
        return (folder.isEmpty ? "/" : folder, String(path[path.index(after: slash)...]))
    }
}
