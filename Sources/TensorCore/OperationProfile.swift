import Glibc

/// Seconds spent in each operation, by name, in the order of first use.
public final class OperationProfile {
    /// The time of all calls of one operation.
    public struct Entry {
        /// The operation's name, and whether it ran forward or backward.
        public let name: String

        /// Without what was measured inside it under a name of its own.
        public internal(set) var seconds = 0.0

        /// Of those, what oneDNN's primitives took.
        public internal(set) var kernelSeconds = 0.0

        /// Whether it only brings elements into another layout.
        public var isReorder: Bool { name.hasPrefix("reorder") }
    }

    /// The entries so far.
    public private(set) var entries: [Entry] = []

    /// Seconds that operations inside the one being measured have taken for themselves.
    private var inside = 0.0

    /// Seconds of oneDNN's primitives in the operation being measured.
    private var kernelSeconds = 0.0

    /// An empty profile.
    public init() {}

    /// Runs `body` and adds its duration to the entry `name`, but for what is measured inside it under a name of its own.
    public func measure<Value>(_ name: String, _ body: () throws -> Value) rethrows -> Value {
        let start = monotonicSeconds()
        let before = (inside, kernelSeconds)
        (inside, kernelSeconds) = (0, 0)
        // What throws has taken its time, too, and must leave the operation around it its own.
        defer {
            let seconds = monotonicSeconds() - start
            add(name, seconds - inside, kernelSeconds)
            (inside, kernelSeconds) = (before.0 + seconds, before.1)
        }
        return try body()
    }

    /// Runs `body`, which is a primitive of oneDNN in the operation being measured.
    func measureKernel<Value>(_ body: () throws -> Value) rethrows -> Value {
        let start = monotonicSeconds()
        defer { kernelSeconds += monotonicSeconds() - start }
        return try body()
    }

    private func add(_ name: String, _ seconds: Double, _ kernelSeconds: Double) {
        let index = entries.firstIndex { $0.name == name } ?? entries.endIndex
        if index == entries.endIndex { entries.append(Entry(name: name)) }
        entries[index].seconds += seconds
        entries[index].kernelSeconds += kernelSeconds
    }
}

/// Seconds on a clock that only goes forward.
public func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

extension ExecutionContext {
    /// Runs `body`, which is a primitive of oneDNN, timing it if somebody asked for a profile.
    @inline(__always)
    func measureKernel<Value>(_ body: () throws -> Value) rethrows -> Value {
        guard let profile else { return try body() }
        return try profile.measureKernel(body)
    }

    /// Runs `body`, timing it if somebody asked for a profile.
    @inline(__always)
    func measure<Value>(_ name: @autoclosure () -> String, _ body: () throws -> Value) rethrows -> Value {
        guard let profile else { return try body() }
        return try profile.measure(name(), body)
    }
}

extension Tape {
    /// Runs `body`, timing it if somebody asked for a profile.
    @inline(__always)
    func measure<Value>(_ name: @autoclosure () -> String, _ body: () throws -> Value) rethrows -> Value {
        try context.measure(name(), body)
    }
}
