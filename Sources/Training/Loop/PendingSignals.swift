import Synchronization

/// Signals that were seen while nothing could be done about them, kept until it can. Any thread may look.
final class PendingSignals: Sendable {
    private let arrived = Mutex(StopSignals.Arrived())

    /// Whether a request to stop has come since ``take()``.
    func isStopRequested() -> Bool {
        arrived.withLock {
            $0.add(StopSignals.poll())
            return $0.stop
        }
    }

    /// All that has come since the last call, which now knows of it.
    func take() -> StopSignals.Arrived {
        arrived.withLock {
            var all = $0
            all.add(StopSignals.poll())
            $0 = StopSignals.Arrived()
            return all
        }
    }
}

extension StopSignals.Arrived {
    fileprivate mutating func add(_ later: StopSignals.Arrived) {
        stop = stop || later.stop
        prompt = prompt || later.prompt
    }
}
