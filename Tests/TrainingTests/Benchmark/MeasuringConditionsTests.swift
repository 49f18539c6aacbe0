import Testing

@testable import Training

@Suite struct MeasuringConditionsTests {
    private let stat = """
        cpu  999 9 9 9 9 9 9 9 9 9
        cpu0 100 20 30 1000 40 5 6 7 50 0
        cpu1 200 0 10 2000 0 0 0 3 0 0
        cpu10 900 900 900 0 0 0 0 0 0 0
        intr 1 2 3
        """

    @Test func processorTimes_ofSomeCores_countWhatTheyDidAndWhatWasTaken() throws {
        let times = try #require(ProcessorTimes(stat, of: [0, 1], ticksPerSecond: 100))
        // 100 + 20 + 30 + 5 + 6 + 7 and 200 + 10 + 3 ticks; neither idle nor iowait nor guests.
        #expect(times.busySeconds == 3.81)
    }

    @Test(arguments: ["", "cpu0 1 2 3", "cpu7 1 2 3 4 5 6 7 8 9 10"])
    func processorTimes_ofCoresThatAreNotThere_areNone(text: String) {
        #expect(ProcessorTimes(text, of: [0], ticksPerSecond: 100) == nil)
    }

    @Test func coreUse_ofAnotherProcessOnOneOfTwoCores_isHalf() {
        let use = CoreUse(wall: 10, coreCount: 2, busy: 20, own: 10, resolution: 0)
        #expect(use.othersShare == 0.5)
    }

    @Test func coreUse_withinTheResolution_isNone() {
        #expect(CoreUse(wall: 1, coreCount: 2, busy: 1.01, own: 1, resolution: 0.01).othersShare == 0)
        #expect(CoreUse(wall: 1, coreCount: 2, busy: 0.9, own: 1, resolution: 0.01).othersShare == 0)
        #expect(CoreUse().othersShare == 0)
    }

    @Test func coreUse_ofTwoStretches_isWeighedByTheirLength() {
        let quiet = CoreUse(wall: 9, coreCount: 1, busy: 9, own: 9, resolution: 0)
        let busy = CoreUse(wall: 1, coreCount: 1, busy: 1, own: 0, resolution: 0)
        #expect((quiet + busy).othersShare == 0.1)
    }

    @Test func conditions_onFreeCores_allowToJudge() {
        let conditions = MeasuringConditions(use(0.02), spread: 0.04)
        #expect(conditions.coresWereFree)
        #expect(conditions.complaint == nil)
    }

    @Test func conditions_withOthersOnTheCores_sayHowMuchTheyTook() {
        let conditions = MeasuringConditions(use(0.4), spread: 0)
        #expect(!conditions.coresWereFree)
        #expect(
            conditions.complaint
                == "The cores were not free: 40 % of their time went to others, so nothing is judged.")
    }

    @Test func conditions_withRepeatsFarApart_areDoubted() {
        let conditions = MeasuringConditions(use(0), spread: 0.31)
        #expect(!conditions.coresWereFree)
        #expect(
            conditions.complaint == "The repeats lie 31 % apart, as if the cores were not free, so nothing is judged.")
    }

    private func use(_ share: Double) -> CoreUse {
        CoreUse(wall: 1, coreCount: 1, busy: 1, own: 1 - share, resolution: 0)
    }
}
