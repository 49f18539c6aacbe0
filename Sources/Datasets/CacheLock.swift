internal import Foundation
internal import Glibc

/// An exclusive `flock` on a file, held until released; a process that dies lets go of it.
final class CacheLock {
    private static let pollSeconds = 0.02
    private let descriptor: Int32

    /// Polls for the lock at `path`, so that a stuck owner is waited for at most `waitSeconds`.
    ///
    /// - Throws: ``DecompressedCache/Unusable``.
    init(_ path: String, waitSeconds: Double) throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw DecompressedCache.Unusable(reason: "cannot open the lock \(path), \(systemReason())")
        }
        var polls = (waitSeconds / Self.pollSeconds).rounded(.up)
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR, polls > 0 else {
                let reason = errno == EWOULDBLOCK ? "another process holds it" : systemReason()
                throw DecompressedCache.Unusable(reason: "cannot lock \(path), \(reason)")
            }
            polls -= 1
            Thread.sleep(forTimeInterval: Self.pollSeconds)
        }
    }

    deinit {
        close(descriptor)
    }
}
