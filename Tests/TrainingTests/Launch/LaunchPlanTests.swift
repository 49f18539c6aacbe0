import Testing

@testable import Training

@Suite struct LaunchPlanTests {
    private let own = HostCores(usable: 8, physical: 8, total: 8)

    @Test func options_onAMachineOfOurs_giveEachRankItsBlockOfCores() {
        let words = options(2, own)
        #expect(words.starts(with: ["-n", "2", "--oversubscribe"]))
        #expect(words.suffix(4) == ["--map-by", "slot:PE=4", "--bind-to", "core:if-supported"])
    }

    /// (ranks, usable, physical, total)
    @Test(arguments: [(3, 8, 8, 8), (16, 8, 8, 8), (2, 4, 8, 8), (2, 8, 0, 8)])
    func options_whereBlocksDoNotFit_bindNothing(ranks: Int, usable: Int, physical: Int, total: Int) {
        let words = options(ranks, HostCores(usable: usable, physical: physical, total: total))
        #expect(words.suffix(2) == ["--bind-to", "none"])
    }

    @Test func options_withSettingsOfTheUser_leaveThemAlone() {
        #expect(options(1, own).joined(separator: " ").contains("--mca pml ob1"))
        let others = ["OMPI_MCA_pml": "ucx", "OMPI_MCA_btl_vader_single_copy_mechanism": "cma"]
        #expect(!options(1, own, environment: others).contains("--mca"))
    }

    @Test func options_forRoot_allowIt() {
        let plan = { (isRoot: Bool) in LaunchPlan(ranks: 1, cores: own, isRoot: isRoot, environment: [:]) }
        #expect(plan(true).options.contains("--allow-run-as-root"))
        #expect(!plan(false).options.contains("--allow-run-as-root"))
    }

    /// (usable, physical, ranks)
    @Test(arguments: [(8, 4, 4), (2, 4, 2), (4, 0, 4), (8, 8, 8)])
    func ranks_withoutANumber_areOnePerPhysicalCore(usable: Int, physical: Int, ranks: Int) {
        let cores = HostCores(usable: usable, physical: physical, total: 8)
        #expect(cores.defaultRanks == ranks)
        #expect(LaunchPlan(cores: cores, isRoot: false, environment: [:]).options.starts(with: ["-n", "\(ranks)"]))
    }

    @Test func physicalCores_ofThisHost_areAtMostItsThreads() {
        #expect(HostCores.physicalCount(below: "/nowhere") == 0)
        #expect(HostCores.current.physical <= HostCores.current.total)
        #expect(HostCores.current.usable >= 1)
    }

    private func options(_ ranks: Int, _ cores: HostCores, environment: [String: String] = [:]) -> [String] {
        LaunchPlan(ranks: ranks, cores: cores, isRoot: false, environment: environment).options
    }
}
