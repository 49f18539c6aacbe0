import Foundation

/// Writes `data` to the file `path` so that a reader, or a crash, meets either the old content or the whole new one: to a
/// temporary name, fsync, rename, fsync of the folder.
func writeAtomically(_ data: Data, to path: String) throws {
    let temporary = path + ".partial"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw RunError.fileFailed(action: "create", file: temporary, code: errno) }
    func step(_ action: String, _ file: String, _ succeeded: Bool) throws {
        guard succeeded else { throw RunError.fileFailed(action: action, file: file, code: errno) }
    }
    do {
        defer { close(descriptor) }
        var rest = Array(data)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            try step("write", temporary, written > 0)
            rest = rest.dropFirst(written)
        }
        try step("flush", temporary, fsync(descriptor) == 0)
        try step("rename", temporary, rename(temporary, path) == 0)
    } catch {
        unlink(temporary)
        throw error
    }
    let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    defer { close(folder) }
    try step("flush the folder of", path, fsync(folder) == 0)
}
