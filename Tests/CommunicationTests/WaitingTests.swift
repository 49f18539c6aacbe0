import Communication
import Synchronization
import Testing

@Suite struct WaitingTests {
    /// Runs two ranks of which the second stays away from the barrier until the first has left it, by success or error.
    private func runWithAbsentRank(
        _ waiting: @escaping @Sendable (ThreadCommunicator) throws -> Void
    ) throws {
        let isOver = Atomic(false)
        _ = try ThreadCommunicator.run(size: 2) { communicator in
            if communicator.rank == 0 {
                defer { isOver.store(true, ordering: .releasing) }
                try waiting(communicator)
            }
            while !isOver.load(ordering: .acquiring) {}
        }
    }

    @Test func wait_pastTheDeadline_throwsStalled() throws {
        let error = #expect(throws: CommunicationError.self) {
            try runWithAbsentRank {
                $0.waitPolicy.abortSeconds = 0.05
                try $0.barrier()
            }
        }
        guard case .stalled("barrier", rank: 0, let seconds) = error else {
            Issue.record("The error is \(String(describing: error)), expected stalled in barrier on rank 0.")
            return
        }
        #expect(seconds >= 0.05)
    }

    @Test func wait_pastTheWarning_reportsOnce() {
        let texts = Mutex<[String]>([])
        #expect(throws: CommunicationError.self) {
            try runWithAbsentRank {
                // Due at the first look: on a crowded machine the second may come after the deadline.
                $0.waitPolicy.warningSeconds = 0
                $0.waitPolicy.abortSeconds = 0.05
                $0.waitPolicy.report = { text in texts.withLock { $0.append(text) } }
                try $0.barrier()
            }
        }
        let reported = texts.withLock { $0 }
        #expect(reported.count == 1)
        #expect(reported.allSatisfy { $0.hasSuffix(" s in barrier for the other ranks.") })
    }
}
