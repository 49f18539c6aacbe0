import Glibc

extension Communicator {
    /// Waits until `request` is done. Every wait of Apus is this loop: it polls, yields the core, and knows a deadline.
    public func wait(_ request: Request) throws {
        var polls = 0
        var start = 0.0
        var warned = false
        while try !isComplete(request) {
            polls += 1
            guard polls > waitPolicy.pollsBeforeYield else { continue }
            sched_yield()
            // Read at every yield: on a crowded core a yield can take milliseconds, and the deadline must hold there too.
            let now = monotonicSeconds()
            if start == 0 { start = now }
            try checkDeadline(of: request, waited: now - start, warned: &warned)
        }
    }

    private func checkDeadline(of request: Request, waited: Double, warned: inout Bool) throws {
        if let limit = waitPolicy.abortSeconds, waited >= limit {
            throw CommunicationError.stalled(operation: request.operation.rawValue, rank: rank, seconds: waited)
        }
        if !warned, let limit = waitPolicy.warningSeconds, waited >= limit {
            warned = true
            waitPolicy.report(
                "Rank \(rank) has waited \(tenths(waited)) s in \(request.operation.rawValue) for the other ranks.")
        }
    }
}

func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
