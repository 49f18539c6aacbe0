import Files
import Foundation

/// The right to write into a run directory, held until the object goes away: a ``FileLock`` on the file `.lock`.
final class RunLock {
    private let lock: FileLock

    /// Takes the lock of the directory `directory`.
    /// - Throws: ``RunError/inUse(_:holder:)`` if another object, here or in another process, holds it;
    ///   ``RunError/directoryUnusable(_:code:)`` if the lock file cannot be written.
    init(directory: String) throws {
        let file = directory + "/.lock"
        do {
            guard let lock = try FileLock(file) else {
                throw RunError.inUse(directory, holder: FileLock.holder(of: file) ?? "another process")
            }
            try lock.sign("process \(getpid()) on host \(Machine.hostName)")
            self.lock = lock
        } catch let error as FileError {
            throw RunError.directoryUnusable(directory, code: error.code)
        }
    }
}
