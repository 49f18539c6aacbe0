import Foundation

/// A program run to its end, with what it wrote.
public struct ChildProcess: Sendable {
    /// The exit code, or 128 and the number of the signal that ended it, as shells say it.
    public let exitCode: Int32

    /// What it wrote to standard output.
    public let output: String

    /// What it wrote to standard error.
    public let errors: String

    /// What keeps a program from being run to its end.
    public enum Failure: Error, Equatable {
        /// The system's reason why it could not be started, as `errno`.
        case cannotStart(code: Int32)
        /// It had not ended in time and was ended.
        case tooLate(seconds: Double)
        /// This process was asked to end by a signal, and ended the program.
        case interrupted(signal: Int32)
    }

    /// Runs `words`, the first of them looked for on `PATH`, with nothing on standard input. `SIGINT`, `SIGTERM` and `SIGHUP` that
    /// this process gets in the meantime end the program first, unless they are ignored, as by nohup(1).
    /// - Throws: ``Failure``.
    public static func run(_ words: [String], deadlineSeconds: Double) throws(Failure) -> ChildProcess {
        let signals = HeldSignals()
        defer { signals.release() }
        var child = try SpawnedProcess(words, mask: signals.before)
        defer { child.close() }
        let deadline = Date().addingTimeInterval(deadlineSeconds)
        while !child.hasEnded {
            child.readForAMoment()
            if let signal = signals.arrived {
                child.end()
                throw .interrupted(signal: signal)
            }
            if Date() >= deadline && !child.hasEnded {
                child.end()
                throw .tooLate(seconds: deadlineSeconds)
            }
        }
        child.readWhatIsLeft()
        return ChildProcess(exitCode: child.exitCode, output: child.output.text, errors: child.errors.text)
    }
}

/// Signals that wait until they are asked for, instead of ending this process with the program still running.
private struct HeldSignals {
    let before: sigset_t
    private let held: sigset_t

    init() {
        var (set, old) = (sigset_t(), sigset_t())
        sigemptyset(&set)
        // Held back, an ignored signal would arrive all the same.
        for signal in [SIGINT, SIGTERM, SIGHUP] where !Self.isIgnored(signal) { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, &old)
        (held, before) = (set, old)
    }

    private static func isIgnored(_ signal: Int32) -> Bool {
        var action = sigaction()
        sigaction(signal, nil, &action)
        return unsafeBitCast(action.__sigaction_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// The signal that has arrived, if one has.
    var arrived: Int32? {
        var (set, zero) = (held, timespec())
        let signal = sigtimedwait(&set, nil, &zero)
        return signal > 0 ? signal : nil
    }

    func release() {
        var old = before
        pthread_sigmask(SIG_SETMASK, &old, nil)
    }
}
