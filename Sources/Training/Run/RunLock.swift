import Foundation

/// The right to write into a run directory, held until the object goes away.
///
/// It is an flock(2) on the file `.lock`, so the kernel gives it back however the process ends. The file stays: removing
/// it would let two processes hold locks on two files of one name.
final class RunLock {
    private let descriptor: Int32

    /// Takes the lock of the directory `directory`.
    /// - Throws: ``RunError/inUse(_:holder:)`` if another object, here or in another process, holds it;
    ///   ``RunError/directoryUnusable(_:code:)`` if the lock file cannot be written.
    init(directory: String) throws {
        // Closed on exec: a program that a run starts must not keep the lock when the run is gone.
        let file = open(directory + "/.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw RunError.directoryUnusable(directory, code: errno) }
        do {
            try Self.lock(file, of: directory)
            try Self.sign(file, of: directory)
        } catch {
            close(file)
            throw error
        }
        descriptor = file
    }

    deinit {
        // Closing would do, but a program being started holds a copy of the descriptor until its exec.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    private static func lock(_ file: Int32, of directory: String) throws {
        guard flock(file, LOCK_EX | LOCK_NB) != 0 else { return }
        throw errno == EWOULDBLOCK
            ? RunError.inUse(directory, holder: holder(in: file)) : RunError.directoryUnusable(directory, code: errno)
    }

    /// Writes who holds the lock, for the message others get.
    private static func sign(_ file: Int32, of directory: String) throws {
        let signature = Array("process \(getpid()) on host \(Machine.hostName)\n".utf8)
        guard ftruncate(file, 0) == 0, write(file, signature, signature.count) == signature.count else {
            throw RunError.directoryUnusable(directory, code: errno)
        }
    }

    private static func holder(in file: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = pread(file, &bytes, bytes.count, 0)
        let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        return text.isEmpty ? "another process" : text
    }
}
