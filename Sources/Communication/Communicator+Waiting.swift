import Glibc

extension Communicator {
    /// Waits until `request` is done. Every wait of Apus is this loop: it polls, yields the core, and knows a deadline.
    public func wait(_ request: Request) throws {
        var polls = 0
        while try !isComplete(request) {
            polls += 1
            guard polls > waitPolicy.pollsBeforeYield else { continue }
            try waitLonger(for: request)
            break
        }
        if request.operation.showsThatAllEntered {
            waitPolicy.board.meet(in: request.operation, at: monotonicSeconds())
        }
    }

    private func waitLonger(for request: Request) throws {
        var wait = LongWait(for: request.operation, under: waitPolicy)
        repeat {
            sched_yield()
            try wait.look(over: self)
        } while try !isComplete(request)
    }
}

func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
