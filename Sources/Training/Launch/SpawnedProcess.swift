import Foundation
import Glibc

/// A program that has been started, by posix_spawn(3), with pipes for what it writes.
struct SpawnedProcess {
    private(set) var output = PipeEnd()
    private(set) var errors = PipeEnd()
    private(set) var hasEnded = false
    private(set) var exitCode: Int32 = 0
    private var pid: pid_t = 0

    /// Starts `words` with `mask` as the signals that it blocks.
    init(_ words: [String], mask: sigset_t) throws(ChildProcess.Failure) {
        guard let program = words.first else { throw .cannotStart(code: EINVAL) }
        // Inherited as ignored, it would let the kernel throw exit codes away.
        signal(SIGCHLD, SIG_DFL)
        let (outputWriter, errorWriter) = (output.open(), errors.open())
        defer { for writer in [outputWriter, errorWriter] { Glibc.close(writer) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, outputWriter, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errorWriter, STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        Self.setSignals(&attributes, mask: mask)
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        let code = posix_spawnp(&pid, program, &actions, &attributes, &arguments, environ)
        guard code == 0 else {
            close()
            throw .cannotStart(code: code)
        }
    }

    /// This process ignores SIGPIPE and SIGXFSZ, and a program would inherit that.
    private static func setSignals(_ attributes: inout posix_spawnattr_t, mask: sigset_t) {
        var (mask, defaults) = (mask, sigset_t())
        sigemptyset(&defaults)
        for signal in [SIGPIPE, SIGXFSZ] { sigaddset(&defaults, signal) }
        posix_spawnattr_setsigmask(&attributes, &mask)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    }

    /// Takes what it has written, or waits a moment for it, and finds out whether it has ended.
    mutating func readForAMoment() {
        var polled = [output, errors].filter(\.isOpen).map {
            pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0)
        }
        if polled.isEmpty { usleep(10_000) } else { poll(&polled, nfds_t(polled.count), 20) }
        readWhatIsLeft()
        var status: Int32 = 0
        let found = hasEnded ? 0 : waitpid(pid, &status, WNOHANG)
        guard found != 0 else { return }
        hasEnded = true
        guard found == pid else {
            exitCode = EXIT_FAILURE
            return
        }
        let signal = status & 0x7f
        exitCode = signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }

    /// Takes what is in the pipes. Does not wait for their end: a program of its own may still hold them.
    mutating func readWhatIsLeft() {
        output.read()
        errors.read()
    }

    /// Asks it to end, and ends it if it has not after a while in which `mpirun` ends its ranks.
    mutating func end() {
        // The number of a program that has ended may be another's by now.
        if hasEnded { return }
        kill(pid, SIGTERM)
        let deadline = Date().addingTimeInterval(5)
        while !hasEnded {
            if Date() >= deadline { kill(pid, SIGKILL) }
            readForAMoment()
        }
    }

    mutating func close() {
        output.close()
        errors.close()
    }
}

/// The end of a pipe from which a program's output is read.
struct PipeEnd {
    private(set) var descriptor: Int32 = -1
    private var bytes: [UInt8] = []

    var isOpen: Bool { descriptor >= 0 }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Opens the pipe; returns the descriptor to write to.
    mutating func open() -> Int32 {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return -1 }
        descriptor = ends[0]
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        return ends[1]
    }

    /// Takes what is there.
    mutating func read() {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while isOpen {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 { return }
            if count == 0 { return close() }
            // Beyond that nobody wants to read it.
            if bytes.count < Self.byteLimit { bytes += chunk[..<count] }
        }
    }

    mutating func close() {
        if isOpen { Glibc.close(descriptor) }
        descriptor = -1
    }

    private static let byteLimit = 1 << 22
}
