import Synchronization
import Testing

@testable import Communication

@Suite struct WaitingTests {
    /// Runs ranks of which the last stays away from the barrier until all others have left it, by success or error; returns what was
    /// reported by warnings.
    @discardableResult
    private func runWithAbsentRank(
        size: Int = 2, warning: Double?, abort: Double?,
        _ before: @escaping @Sendable (ThreadCommunicator) throws -> Void = { _ in }
    ) throws -> [String] {
        let left = Atomic(0)
        let texts = Mutex<[String]>([])
        _ = try? ThreadCommunicator.run(size: size) { communicator in
            communicator.waitPolicy.board = PhaseBoard(phaseNames: ["set-up", "data", "waiting"])
            communicator.waitPolicy.board.enter(RankPlace(step: 12, phase: 2), at: monotonicSeconds())
            try before(communicator)
            communicator.waitPolicy.warningSeconds = warning
            communicator.waitPolicy.abortSeconds = abort
            communicator.waitPolicy.report = { text in texts.withLock { $0.append(text) } }
            if communicator.rank < size - 1 {
                defer { left.add(1, ordering: .releasing) }
                do {
                    try communicator.barrier()
                } catch let error as CommunicationError {
                    if case .stalled(let report) = error { reports.add(report) }
                    throw error
                }
            }
            while left.load(ordering: .acquiring) < size - 1 {}
        }
        return texts.withLock { $0 }
    }

    private let reports = Reports()

    /// The reports of waits that gave up.
    private final class Reports: Sendable {
        private let list = Mutex<[StallReport]>([])

        var first: StallReport? { list.withLock { $0.first } }

        func add(_ report: StallReport) {
            list.withLock { $0.append(report) }
        }
    }

    @Test func wait_pastTheDeadline_throwsWhatItKnows() throws {
        try runWithAbsentRank(warning: nil, abort: 0.05)
        let report = try #require(reports.first)
        #expect(report.rank == 0 && report.seconds >= 0.05 && report.place == "step 12, waiting (barrier)")
        #expect(report.silentRanks == [1] && report.waiting.isEmpty && report.lastKnown == nil)
        #expect("\(report)".hasSuffix("Rank 1 does not answer: nothing was ever heard of it."))
    }

    @Test func wait_pastTheWarning_reportsOnceBeforeItGivesUp() throws {
        let texts = try runWithAbsentRank(warning: 0, abort: 0.3)
        #expect(texts.count == 1)
        #expect(texts.allSatisfy { $0.contains(" s in step 12, waiting (barrier). Rank 1 does not answer: ") })
    }

    @Test func wait_afterAMeeting_saysWhereTheRankWasLastMet() throws {
        try runWithAbsentRank(warning: nil, abort: 0.1) { _ = try $0.allReduce([Float(1)], .sum) }
        let report = try #require(reports.first)
        #expect(report.lastKnown?.place == "step 12, waiting (allReduce)")
        #expect("\(report)".contains("Rank 1 does not answer: it was last met in step 12, waiting (allReduce), "))
    }

    /// A deadline so far behind the warning that even on a crowded machine the others answer in between.
    @Test func wait_severalWait_onlyTheirFirstWarnsAndNamesTheOthers() throws {
        let texts = try runWithAbsentRank(size: 4, warning: 3, abort: 6)
        #expect(texts.count == 1)
        let report = try #require(reports.first)
        #expect(report.silentRanks == [3])
        #expect(report.waiting.map(\.place) == ["step 12, waiting (barrier)"])
        #expect(Set(report.waiting.flatMap(\.ranks)) == Set(0..<3).subtracting([report.rank]))
    }

    @Test func wait_lastRankArrivesAfterTheWarning_goesOn() throws {
        let warned = Atomic(false)
        let sums = try ThreadCommunicator.run(size: 2) { communicator in
            communicator.waitPolicy.warningSeconds = 0.02
            communicator.waitPolicy.report = { _ in warned.store(true, ordering: .releasing) }
            if communicator.rank == 1 { while !warned.load(ordering: .acquiring) {} }
            return try communicator.allReduce([Float(1)], .sum)
        }
        #expect(sums == [[2], [2]])
    }

    @Test func report_ofAllRanksAnswering_saysThatTheyWaitForEachOther() {
        let report = StallReport(
            rank: 1, seconds: 30.04, place: "step 3, waiting (barrier)",
            waiting: [.init(ranks: [0, 2], place: "step 3, validation (allGather)", seconds: 29.5)], silentRanks: [],
            lastKnown: nil)
        #expect(
            "\(report)"
                == "Rank 1 has waited 30.0 s in step 3, waiting (barrier). All other ranks answer, so they wait for one another. "
                + "Ranks 0 and 2 wait in step 3, validation (allGather), for 29.5 s.")
    }
}
