import Files
import Foundation

/// `metrics.jsonl`: one JSON object a line, each in the file as soon as it is appended.
///
/// A line that a kill or a full disk left unfinished is cut off, when it happens or when the log is next opened, so that
/// every line in the file is whole. After a resumption the steps since the checkpoint are there twice: the later line holds.
public final class RunLog {
    private let file: FileDescriptor
    /// The bytes of whole lines.
    private var length: off_t

    /// Opens the log `file` for appending, new or continued.
    /// - Throws: ``RunError`` naming the file.
    public init(file: String) throws {
        do {
            self.file = try FileDescriptor(file, flags: O_RDWR | O_APPEND | O_CREAT)
        } catch let error as FileError {
            throw RunError(error)
        }
        length = try Self.mend(self.file.number, file: file)
    }

    /// Appends one line.
    /// - Throws: ``RunError`` naming the file; the log then holds the lines it held before.
    public func append(_ event: RunEvent) throws {
        let line = Array((event.json + "\n").utf8)
        do {
            try line.withUnsafeBytes(file.write)
        } catch let error as FileError {
            ftruncate(file.number, length)
            throw RunError(error)
        }
        length += off_t(line.count)
    }

    /// Cuts off what follows the last newline; returns the length left.
    private static func mend(_ log: Int32, file: String) throws -> off_t {
        let length = try wholeLines(in: log, file: file)
        guard lseek(log, 0, SEEK_END) <= length || ftruncate(log, length) == 0 else {
            throw RunError.fileFailed(action: "mend", file: file, code: errno)
        }
        return length
    }

    /// The number of bytes up to the last newline, that newline included.
    private static func wholeLines(in log: Int32, file: String) throws -> off_t {
        var end = lseek(log, 0, SEEK_END)
        // What cannot be sought, such as a device, holds no earlier lines.
        guard end > 0 else { return 0 }
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while end > 0 {
            let start = max(0, end - off_t(block.count))
            let count = pread(log, &block, Int(end - start), start)
            guard count == Int(end - start) else {
                throw RunError.fileFailed(action: "read", file: file, code: count < 0 ? errno : EIO)
            }
            if let newline = block[..<count].lastIndex(of: UInt8(ascii: "\n")) { return start + off_t(newline) + 1 }
            end = start
        }
        return 0
    }
}
