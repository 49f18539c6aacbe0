internal import Glibc

/// A refusal of the operating system: what was tried, on which file, and `errno`.
public struct FileError: Error, Equatable, CustomStringConvertible {
    /// What was tried, such as `"write"`.
    public let action: String

    /// The file or folder.
    public let path: String

    /// The value of `errno`.
    public let code: Int32

    /// The current `errno` as an error.
    init(_ action: String, _ path: String) {
        self.init(action, path, code: errno)
    }

    init(_ action: String, _ path: String, code: Int32) {
        self.action = action
        self.path = path
        self.code = code
    }

    public var description: String {
        "Cannot \(action) \(path): \(String(cString: strerror(code))) (errno \(code))."
    }
}
