import Testing

@testable import TensorCore

@Suite struct OperationProfileTests {
    /// Far above what a call takes by itself; a thread that is not scheduled only makes times longer.
    private static let moment = 0.002

    private struct Failure: Error {}

    private func spin() {
        let end = monotonicSeconds() + Self.moment
        while monotonicSeconds() < end {}
    }

    /// A profile of `body`, whose entries may not add up to more than the time it took.
    private func profile(_ body: (OperationProfile) throws -> Void) rethrows -> OperationProfile {
        let (profile, start) = (OperationProfile(), monotonicSeconds())
        try body(profile)
        let seconds = monotonicSeconds() - start
        #expect(profile.entries.reduce(0) { $0 + $1.seconds } <= seconds * (1 + 1e-9))
        for entry in profile.entries { #expect(entry.kernelSeconds <= entry.seconds * (1 + 1e-9), "\(entry.name)") }
        return profile
    }

    @Test func measure_nested_leavesTheInnerTimeOutOfTheOuter() {
        let entries = profile { profile in
            for _ in 0..<2 {
                profile.measure("outer") {
                    spin()
                    profile.measure("reorder forward") { profile.measureKernel(spin) }
                    profile.measureKernel(spin)
                }
            }
        }.entries
        #expect(entries.map(\.name) == ["reorder forward", "outer"])
        #expect(entries.map(\.isReorder) == [true, false])
        #expect(entries[0].kernelSeconds >= 2 * Self.moment && entries[1].kernelSeconds >= 2 * Self.moment)
        #expect(entries[1].seconds >= entries[1].kernelSeconds + 2 * Self.moment)
    }

    @Test func measure_throwing_countsAndLeavesTheOuterItsOwn() {
        let entries = profile { profile in
            profile.measure("outer") {
                profile.measureKernel(spin)
                try? profile.measure("inner") {
                    spin()
                    throw Failure()
                }
            }
        }.entries
        #expect(entries.map(\.name) == ["inner", "outer"])
        #expect(entries[0].seconds >= Self.moment && entries[0].kernelSeconds == 0)
        #expect(entries[1].kernelSeconds >= Self.moment)
    }
}
