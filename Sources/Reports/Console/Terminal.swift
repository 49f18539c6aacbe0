import Glibc

/// The process's standard output, as the operating system knows it.
enum Terminal {
    /// The width of the terminal behind standard output; nil if there is none.
    ///
    /// `mpirun` gives its ranks a pseudo-terminal without a size, whatever its own output is: then what counts is the
    /// output of `mpirun`, the parent of a rank on the same host.
    static func columns() -> Int? {
        guard isatty(STDOUT_FILENO) == 1 else { return nil }
        return columns(of: STDOUT_FILENO) ?? columns(ofOutputOf: getppid())
    }

    /// Writes all of `text`. An output that takes no more, such as a closed pipe, must not end a training.
    static func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }

    private static func columns(ofOutputOf process: pid_t) -> Int? {
        // Without O_NOCTTY the terminal could become this process's own, with its signals.
        let descriptor = open("/proc/\(process)/fd/1", O_WRONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return columns(of: descriptor)
    }

    /// `TIOCGWINSZ` of ioctl_tty(2); nil for what is not a terminal or has no size.
    private static func columns(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
