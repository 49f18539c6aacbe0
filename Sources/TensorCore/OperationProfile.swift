import Glibc

/// Seconds spent in each operation, by name, in the order of first use.
public final class OperationProfile {
    /// The entries so far.
    public private(set) var entries: [(name: String, seconds: Double)] = []

    /// Seconds that operations inside the one being measured have taken for themselves.
    private var inside = 0.0

    /// An empty profile.
    public init() {}

    /// Runs `body` and adds its duration to the entry `name`, but for what is measured inside it under a name of its own.
    public func measure<Value>(_ name: String, _ body: () throws -> Value) rethrows -> Value {
        let start = monotonicSeconds()
        let before = inside
        inside = 0
        let value = try body()
        let seconds = monotonicSeconds() - start
        add(name, seconds - inside)
        inside = before + seconds
        return value
    }

    /// Adds `seconds` to the entry `name`.
    public func add(_ name: String, _ seconds: Double) {
        if let index = entries.firstIndex(where: { $0.name == name }) {
            entries[index].seconds += seconds
        } else {
            entries.append((name, seconds))
        }
    }
}

/// Seconds on a clock that only goes forward.
public func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

extension Tape {
    /// Runs `body`, timing it if somebody asked for a profile.
    @inline(__always)
    func measure<Value>(_ name: @autoclosure () -> String, _ body: () throws -> Value) rethrows -> Value {
        guard let profile else { return try body() }
        return try profile.measure(name(), body)
    }
}
