import Communication
import Testing

@testable import Training

@Suite struct ThreadBudgetTests {
    @Test(arguments: [("0", 1), ("3", 1), ("0-3", 4), ("0-3,8", 5), ("0-1,4-5,9", 5), ("", 0), ("0-63,128-191", 128)])
    func cores_ofAList_areItsRangesAndSingles(list: String, count: Int) {
        #expect(Set(ThreadBudget.cores(list)).count == count)
    }

    /// (cores, quota, sharers, threads)
    @Test(arguments: [
        (8, nil, 1, 8), (8, nil, 2, 4), (8, nil, 3, 2), (2, nil, 4, 1), (8, 4.0, 2, 2), (8, 1.5, 1, 1), (8, 0.5, 1, 1),
        (2, 16.0, 1, 2), (0, nil, 1, 1), (4, nil, 0, 4), (4, 1e300, 2, 2), (4, .infinity, 2, 2),
    ])
    func threads_ofARank_areItsShareAndAtLeastOne(cores: Int, quota: Double?, sharers: Int, threads: Int) {
        #expect(ThreadBudget.threads(cores: cores, quota: quota, sharers: sharers) == threads)
    }

    @Test func threads_ofThisProcess_shrinkWithItsRanks() throws {
        let alone = try ThreadBudget.threadsPerRank(over: SingleProcessCommunicator())
        let cores = ThreadBudget.affinity().count
        #expect(alone >= 1 && alone <= cores)
        let shared = try ThreadCommunicator.run(size: cores + 1) { try ThreadBudget.threadsPerRank(over: $0) }
        #expect(shared == Array(repeating: 1, count: cores + 1))
    }
}
