import Communication
import Testing

@testable import DataParallel

@Suite struct StallJudgeTests {
    private let board = PhaseBoard(phaseNames: ["set-up", "data"])
    private var judge = StallJudge(rank: 1, warningSeconds: 30, abortSeconds: 300, from: 0)

    init() {
        enter(step: 3, at: 0)
    }

    private func enter(step: Int, at seconds: Double) {
        board.enter(RankPlace(step: step, phase: 1), at: seconds)
    }

    /// The verdicts that say something, of looks every second after `start` up to `end`.
    private mutating func verdicts(after start: Int, upTo end: Int) -> [StallJudge.Verdict] {
        (start + 1...end).map { judge.judge(board, at: Double($0)) }.filter { $0 != .fine }
    }

    @Test mutating func judge_rankStays_warnsOnceThenGivesUpAfterTheOthersHadTheirSay() {
        #expect(verdicts(after: 0, upTo: 30) == [])
        #expect(verdicts(after: 30, upTo: 305) == [.slow("Rank 1 has been in step 3, data, for 31.0 s.")])
        #expect(
            verdicts(after: 305, upTo: 306) == [.hanging("Rank 1 has been in step 3, data, for 306.0 s and gives up.")])
    }

    @Test mutating func judge_rankGoesOn_saysNothing() {
        for step in 1...10 {
            enter(step: step, at: Double(step * 29))
            #expect(verdicts(after: step * 29, upTo: step * 29 + 29) == [])
        }
    }

    /// The same phase, but the wait that the rank is in shows that it lives.
    @Test mutating func judge_rankWaits_leavesItToTheWait() {
        for second in 1...400 {
            enter(step: 3, at: Double(second))
            #expect(judge.judge(board, at: Double(second)) == .fine)
        }
    }

    /// What has once turned out to be slow and no stall is not worth a second line, unless it is slower still.
    @Test mutating func judge_phaseThatIsAlwaysSlow_isToldOnce() {
        #expect(verdicts(after: 0, upTo: 60).count == 1)
        enter(step: 4, at: 60)
        #expect(verdicts(after: 60, upTo: 120) == [])
        #expect(verdicts(after: 120, upTo: 130).count == 1)
    }

    @Test mutating func judge_processWasStopped_isNotAStall() {
        #expect(verdicts(after: 0, upTo: 10) == [])
        #expect(judge.judge(board, at: 4000) == .fine)
        #expect(verdicts(after: 4000, upTo: 4010) == [])
    }
}
