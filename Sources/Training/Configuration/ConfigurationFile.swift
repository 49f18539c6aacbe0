import Foundation

/// Reads a file that may also be a pipe, such as the shell's `<(…)`, and may never be written to.
enum ConfigurationFile {
    /// The first `limit` bytes of `file`, or all if there are fewer. Into a pipe somebody must write within `patienceSeconds`.
    static func bytes(of file: String, limit: Int, patienceSeconds: Int = 10) throws(ConfigurationError) -> [UInt8] {
        // Without O_NONBLOCK, opening a pipe would wait for ever, and a training blocks the signals that would end it.
        let descriptor = open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(file, errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while bytes.count < limit, let block = try nextBlock(descriptor, file, patienceSeconds) { bytes += block }
        return Array(bytes.prefix(limit))
    }

    /// What is there to be read next; nil at the end.
    private static func nextBlock(
        _ descriptor: Int32, _ file: String, _ patienceSeconds: Int
    ) throws(ConfigurationError) -> [UInt8]? {
        while true {
            var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&state, 1, Int32(patienceSeconds * 1000)) != 0 else {
                throw ConfigurationError(
                    file,
                    "expected a YAML file, found a pipe into which nobody wrote for \(patienceSeconds) seconds")
            }
            var block = [UInt8](repeating: 0, count: 1 << 16)
            let got = read(descriptor, &block, block.count)
            if got >= 0 { return got == 0 ? nil : Array(block[..<got]) }
            guard errno == EINTR || errno == EAGAIN else { throw failure(file, errno) }
        }
    }

    private static func failure(_ file: String, _ code: Int32) -> ConfigurationError {
        switch code {
        case ENOENT: ConfigurationError(file, "there is no such file")
        case EISDIR: ConfigurationError(file, "expected a YAML file, found a folder")
        default: ConfigurationError(file, "the file cannot be read (\(String(cString: strerror(code))))")
        }
    }
}
