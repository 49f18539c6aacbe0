import Communication
import DataParallel
import Testing

@Suite struct SettlementTests {
    private struct Trouble: Error, CustomStringConvertible {
        let description: String
        let code: Int32
    }

    /// What each rank gets when the ranks in `troubles` fail.
    private func settle(
        ranks: Int, atRoot: Bool = false, _ troubles: [Int: Trouble]
    ) throws -> [Result<Int, SettledFailure>] {
        try ThreadCommunicator.run(size: ranks) { communicator in
            do {
                return .success(
                    try Settlement.settle(over: communicator, atRoot: atRoot, exitCode: { ($0 as? Trouble)?.code ?? 1 })
                    {
                        if let trouble = troubles[communicator.rank] { throw trouble }
                        return communicator.rank * 10
                    })
            } catch let failure as SettledFailure {
                return .failure(failure)
            }
        }
    }

    @Test func settle_allSucceed_returnsEachRanksOwnValue() throws {
        #expect(try settle(ranks: 4, [:]).map { try $0.get() } == [0, 10, 20, 30])
    }

    @Test func settle_oneRankFails_isAFailureOnAllThatOnlyThisRankPrints() throws {
        let outcomes = try settle(ranks: 3, [1: Trouble(description: "The disk of 1 is full.", code: 3)])
        for (rank, outcome) in outcomes.enumerated() {
            let failure = try #require(outcome.failure)
            #expect(failure.failedRanks == [1])
            #expect(failure.exitCode == 3)
            #expect(!failure.isAlike)
            #expect(failure.message(for: rank) == (rank == 1 ? "Rank 1: The disk of 1 is full." : nil))
        }
    }

    @Test func settle_whatOnlyRankZeroDoesFails_isPrintedWithoutItsNumber() throws {
        let outcomes = try settle(ranks: 3, atRoot: true, [0: Trouble(description: "The folder is in use.", code: 1)])
        #expect(outcomes.enumerated().map { $1.failure?.message(for: $0) } == ["The folder is in use.", nil, nil])
        #expect(outcomes.allSatisfy { $0.failure?.failedRanks == [0] })
    }

    @Test func settle_allFailAlike_isPrintedByRankZeroAlone() throws {
        let trouble = Trouble(description: "No such file.", code: 2)
        let outcomes = try settle(ranks: 3, [0: trouble, 1: trouble, 2: trouble])
        #expect(outcomes.enumerated().map { $1.failure?.message(for: $0) } == ["No such file.", nil, nil])
        #expect(outcomes.allSatisfy { $0.failure?.failedRanks == [0, 1, 2] && $0.failure?.exitCode == 2 })
    }

    @Test func settle_severalFailInOtherWords_eachPrintsItsOwnAndTheFirstGivesTheCode() throws {
        let outcomes = try settle(
            ranks: 4, [1: Trouble(description: "One.", code: 3), 3: Trouble(description: "Three.", code: 2)])
        #expect(
            outcomes.enumerated().map { $1.failure?.message(for: $0) } == [nil, "Rank 1: One.", nil, "Rank 3: Three."])
        #expect(outcomes.allSatisfy { $0.failure?.exitCode == 3 && $0.failure?.failedRanks == [1, 3] })
    }

    @Test func settle_singleProcessFails_printsTheBareMessage() {
        #expect {
            try Settlement.settle(over: SingleProcessCommunicator(), exitCode: { _ in 75 }) {
                throw Trouble(description: "Alone.", code: 1)
            }
        } throws: {
            let failure = $0 as? SettledFailure
            return failure?.message(for: 0) == "Alone." && failure?.exitCode == 75
        }
    }

    @Test func settle_emptyMessage_isAFailureAllTheSame() throws {
        let outcomes = try settle(ranks: 2, [0: Trouble(description: "", code: 3)])
        #expect(outcomes.allSatisfy { $0.failure?.failedRanks == [0] })
    }
}

extension Result {
    fileprivate var failure: Failure? {
        guard case .failure(let failure) = self else { return nil }
        return failure
    }
}
