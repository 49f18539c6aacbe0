import Glibc

/// Requests to stop, as signals: `SIGUSR1`, `SIGTERM` and `SIGINT`. `SIGCONT` stops nothing; Open MPI sends it a second before
/// `SIGTERM`, and Slurm with it.
///
/// The signals are blocked and asked for once per step and block of validation, so no handler runs and nothing has to be global.
/// `sigtimedwait` with a zero timeout costs a quarter of a microsecond.
public struct StopSignals: Sendable {
    /// Blocks the signals for the calling thread and for all threads it starts from here on: call it before any is started.
    public static func block() {
        var set = Self.set
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Whether any of the signals has come since the last question, `SIGCONT` included.
    public static func hasArrived() -> Bool {
        let arrived = poll()
        return arrived.stop || arrived.prompt
    }

    /// What has arrived since the last question.
    struct Arrived: Sendable {
        var stop = false
        var prompt = false
    }

    /// Takes all pending signals.
    static func poll() -> Arrived {
        var arrived = Arrived()
        var set = Self.set
        var zero = timespec()
        while true {
            switch sigtimedwait(&set, nil, &zero) {
            case SIGUSR1, SIGTERM, SIGINT: arrived.stop = true
            case SIGCONT: arrived.prompt = true
            default: return arrived
            }
        }
    }

    private static var set: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in [SIGUSR1, SIGTERM, SIGINT, SIGCONT] { sigaddset(&set, signal) }
        return set
    }
}
