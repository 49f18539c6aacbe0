internal import Glibc

/// A refusal of the operating system: what was tried, on which file, and `errno`.
public struct FileError: Error, Equatable, CustomStringConvertible {
    /// What was tried, such as `"write"`.
    public let action: String

    /// The file or folder.
    public let path: String

    /// The value of `errno`.
    public let code: Int32

    private let reason: String

    /// The current `errno` as an error.
    public init(_ action: String, _ path: String) {
        self.init(action, path, code: errno)
    }

    /// An error with the value of `errno` in `code`.
    public init(_ action: String, _ path: String, code: Int32) {
        self.init(action, path, code: code, reason: Self.reason(code))
    }

    private init(_ action: String, _ path: String, code: Int32, reason: String) {
        self.action = action
        self.path = path
        self.code = code
        self.reason = reason
    }

    public var description: String {
        "Cannot \(action) \(path): \(reason)."
    }

    /// A pipe, a socket or a device where a file is needed. What the system says of these is of little help.
    static func noRegularFile(_ action: String, _ path: String) -> FileError {
        FileError(action, path, code: EINVAL, reason: "it is no regular file")
    }

    /// What a value of `errno` means, in words.
    public static func reason(_ code: Int32) -> String {
        "\(String(cString: strerror(code))) (errno \(code))"
    }
}
