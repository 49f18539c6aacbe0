internal import Foundation
internal import Glibc

/// An exclusive flock(2) on a file, held until released; the kernel gives it back however the process ends.
///
/// The file stays when the lock goes: removing it would let two processes hold locks on two files of one name.
public final class FileLock {
    private static let pollSeconds = 0.02
    private let file: FileDescriptor

    /// Takes the lock on `path`, made if it does not exist; nil if another holder, in this process or any other, keeps it longer
    /// than `waitSeconds`. Waiting is polling, so that a stuck holder cannot hold up anybody for ever.
    ///
    /// - Throws: ``FileError``.
    public init?(_ path: String, waitSeconds: Double = 0) throws {
        // Appending, so that a signature begins where the file was cut. Closed on exec, so that a program that the process starts
        // does not keep the lock when the process is gone.
        file = try FileDescriptor(path, flags: O_RDWR | O_APPEND | O_CREAT, action: "open")
        var polls = (waitSeconds / Self.pollSeconds).rounded(.up)
        while flock(file.number, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw FileError("lock", path) }
            if polls <= 0 { return nil }
            polls -= 1
            Thread.sleep(forTimeInterval: Self.pollSeconds)
        }
    }

    deinit {
        // Closing would do, but a program being started holds a copy of the descriptor until its exec.
        flock(file.number, LOCK_UN)
    }

    /// Writes into the file who holds the lock, for ``holder(of:)``.
    ///
    /// - Throws: ``FileError``.
    public func sign(_ text: String) throws {
        guard ftruncate(file.number, 0) == 0 else { throw FileError("write", file.path) }
        try Array((text + "\n").utf8).withUnsafeBytes(file.write)
    }

    /// What the holder of the lock on `path` signed with; nil if nothing can be read.
    public static func holder(of path: String) -> String? {
        let text = (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
        return text?.isEmpty == false ? text : nil
    }
}
