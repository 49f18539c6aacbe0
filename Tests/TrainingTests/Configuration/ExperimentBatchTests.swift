import Testing

@testable import Training

@Suite struct ExperimentBatchTests {
    private func batch(_ batch: Experiment.Batch, ranks: Int, pieces: Int = 1) throws -> Int {
        var made = try experiment()
        made.training.batch = batch
        made.training.accumulationSteps = pieces
        return try made.globalBatchSize(worldSize: ranks)
    }

    @Test func batch_statedGlobally_isTheSameOnAnyNumberOfRanks() throws {
        for ranks in [1, 2, 3, 256, 300] { #expect(try batch(.global(256), ranks: ranks) == 256, "\(ranks) ranks") }
    }

    @Test func batch_statedPerRank_growsWithRanksAndPieces() throws {
        #expect(try batch(.perRank(128), ranks: 3) == 384)
        #expect(try batch(.perRank(128), ranks: 3, pieces: 4) == 1536)
        #expect(try batch(.global(100), ranks: 3, pieces: 4) == 100)
    }

    @Test func batch_tooLargeOrWithoutRanks_isRefused() {
        #expect(throws: ConfigurationError.self) { try batch(.perRank(.max), ranks: 2) }
        #expect(throws: ConfigurationError.self) { try batch(.perRank(1_000_000_000), ranks: 2) }
        #expect(throws: ConfigurationError.self) { try batch(.perRank(1), ranks: .max, pieces: 2) }
        #expect(throws: ConfigurationError.self) { try batch(.global(1), ranks: 0) }
    }
}
