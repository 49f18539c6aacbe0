import Reports
import Testing

@testable import Training

@Suite struct PhaseClockTests {
    @Test func clock_enteringAPhase_addsToTheOneThatEndsAlone() {
        let clock = PhaseClock()
        #expect(clock.phase == .setUp)
        clock.enter(.forward)
        #expect(clock.phase == .forward)
        let before = clock.times
        // However coarse the clock, it moves on some day.
        repeat { clock.enter(.forward) } while clock.times[.forward] == before[.forward]
        let spent = clock.times - before
        #expect(spent[.forward] > 0)
        for phase in Phase.allCases where phase != .forward { #expect(spent[phase] == 0, "\(phase)") }
    }

    /// Each phase in a bit of its own, so that a sum tells which were added.
    private var times: PhaseTimes {
        var times = PhaseTimes()
        for phase in Phase.allCases { times[phase] = Double(1 << phase.rawValue) }
        return times
    }

    @Test func loopSeconds_leaveOutSetUpValidationAndCheckpoints() {
        let all = Phase.allCases.reduce(0) { $0 + times[$1] }
        #expect(times.loopSeconds == all - times[.setUp] - times[.validation] - times[.checkpoint])
        #expect(times.rate(of: 1000) == 1000 / times.loopSeconds)
    }

    @Test func stepSeconds_giveEachPhaseItsOwnField() {
        let seconds = times.stepSeconds
        #expect(
            seconds.data == times[.data] && seconds.forward == times[.forward] && seconds.backward == times[.backward])
        #expect(seconds.communication == times[.communication] && seconds.waiting == times[.waiting])
        #expect(seconds.optimizer == times[.optimizer])
    }
}
