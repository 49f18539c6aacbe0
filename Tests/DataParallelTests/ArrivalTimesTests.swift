import TensorCore
import Testing

@testable import DataParallel

/// Judgements of made-up times: in all of them a step takes as long as its slowest rank, and a tenth of a second of transfer.
@Suite struct ArrivalTimesTests {
    private func straggler(_ steps: [[Double]]) -> Straggler? {
        var times = ArrivalTimes(rankCount: steps[0].count)
        for step in steps { times.add { step[$0] } }
        return times.straggler(inSeconds: steps.reduce(0) { $0 + ($1.max() ?? 0) + 0.1 })
    }

    private func repeated(_ steps: [[Double]], times: Int = 10) -> [[Double]] {
        (0..<times).flatMap { _ in steps }
    }

    @Test func straggler_oneRankIsSlowInEveryStep_isNamedWithItsCost() throws {
        let found = try #require(straggler(repeated([[0.5, 0.7, 1.4]])))
        #expect(found.rank == 2)
        // Had it been like the others, each step of 1.5 s would have waited for rank 1.
        #expect(abs(found.share - 0.7 / 1.5) < 1e-9)
        #expect(abs(found.seconds - 14) < 1e-9 && abs(found.othersSeconds - 6) < 1e-9)
        #expect(
            "\(found)"
                == "Rank 2 was the slowest: for 47 % of the time all others waited for it (its own part of the steps took 14.0 s, "
                + "that of the others 6.0 s on average).")
    }

    @Test func straggler_allAreEquallyFast_isNobody() {
        #expect(straggler(repeated([[1, 1, 1]])) == nil)
    }

    @Test func straggler_costIsSmall_isNobody() {
        #expect(straggler(repeated([[1, 1.05]], times: 100)) == nil)
        #expect(straggler(repeated([[1, 1.06]], times: 100))?.rank == 1)
    }

    /// The sums differ, but in no step would a faster rank 0 have saved anything for long.
    @Test func straggler_ranksAreSlowInTurn_isNobody() {
        #expect(straggler(repeated([[2, 1, 1], [1, 2, 1], [1, 1, 2]])) == nil)
        #expect(straggler(repeated([[2, 1], [2, 1], [1, 2]])) == nil)
        #expect(straggler(repeated([[2, 1], [2, 1], [2, 1], [1, 2]]))?.rank == 0)
    }

    /// A faster rank 1 alone would save nothing: rank 2 would be waited for all the same.
    @Test func straggler_twoAreSlowTogether_isNobody() {
        #expect(straggler(repeated([[1, 2, 2]])) == nil)
    }

    @Test func straggler_runOfAMoment_isNobody() {
        #expect(straggler(repeated([[0.1, 0.18]])) == nil)
    }

    @Test func straggler_oneRankAlone_isNobody() {
        #expect(straggler(repeated([[1]])) == nil)
    }

    @Test func straggler_noStep_isNobody() {
        #expect(ArrivalTimes(rankCount: 3).straggler(inSeconds: 0) == nil)
    }

    @Test func add_whatRanksSaid_isSummedByRank() {
        let storage = FlatStorage(count: 2 * StepControl.floatCount)
        let block = ControlBlock(rankCount: 2, in: storage, from: 0)
        var control = StepControl()
        for (rank, milliseconds) in [Float(250), 1500].enumerated() {
            control.arrivalMilliseconds = milliseconds
            block[rank] = control
        }
        var times = ArrivalTimes(rankCount: 2)
        times.add(block)
        times.add(block)
        #expect(times.seconds == [0.5, 3])
    }
}
