import DataParallel
import Testing

@Suite struct OverlapRuleTests {
    private struct Launch: Sendable {
        var byteCount = 8 << 20
        var rankCount = 4
        var spansHosts = true
        var takesUnits = false
    }

    @Test(arguments: [
        (Launch(), true, "8388608 bytes travel between hosts"),
        (Launch(byteCount: 1 << 20), true, "1048576 bytes travel between hosts"),
        (Launch(byteCount: (1 << 20) - 1), false, "1048575 bytes are sent faster in one message"),
        (Launch(rankCount: 1, spansHosts: false), false, "one rank sends nothing"),
        (Launch(takesUnits: true), false, "the threads of a rank complete all gradients at the same time"),
        (Launch(spansHosts: false), false, "all ranks are on one host, whose cores would copy instead of computing"),
    ])
    private func rule_ofALaunch_decidesAndSaysWhy(_ launch: Launch, overlaps: Bool, reason: String) {
        let rule = OverlapRule(
            byteCount: launch.byteCount, rankCount: launch.rankCount, spansHosts: launch.spansHosts,
            takesUnits: launch.takesUnits)
        #expect(rule == OverlapRule(overlaps: overlaps, reason: reason))
    }
}
