import Testing

@testable import Training

@Suite struct ExperimentBatchTests {
    private func batch(_ batch: Experiment.Batch, ranks: Int, pieces: Int = 1) throws -> Experiment.ResolvedBatch {
        var made = try experiment()
        made.training.batch = batch
        made.training.accumulationSteps = pieces
        return try made.resolvedBatch(worldSize: ranks)
    }

    @Test func batch_statedGlobally_isTheSameOnAnyNumberOfRanks() throws {
        for (ranks, slice) in [(1, 256), (2, 128), (3, 86), (256, 1), (300, 1)] {
            let resolved = try batch(.global(256), ranks: ranks)
            #expect(resolved == .init(globalBatchSize: 256, largestPiece: slice), "\(ranks) ranks")
        }
    }

    @Test func batch_statedPerRank_growsWithRanksAndPieces() throws {
        #expect(try batch(.perRank(128), ranks: 3) == .init(globalBatchSize: 384, largestPiece: 128))
        #expect(try batch(.perRank(128), ranks: 3, pieces: 4) == .init(globalBatchSize: 1536, largestPiece: 128))
        #expect(try batch(.global(100), ranks: 3, pieces: 4) == .init(globalBatchSize: 100, largestPiece: 9))
    }

    @Test func batch_tooLargeOrWithoutRanks_isRefused() {
        #expect(throws: ConfigurationError.self) { try batch(.perRank(.max), ranks: 2) }
        #expect(throws: ConfigurationError.self) { try batch(.perRank(1_000_000_000), ranks: 2) }
        #expect(throws: ConfigurationError.self) { try batch(.perRank(1), ranks: .max, pieces: 2) }
        #expect(throws: ConfigurationError.self) { try batch(.global(1), ranks: 0) }
    }
}
