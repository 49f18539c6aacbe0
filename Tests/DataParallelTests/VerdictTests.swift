import Communication
import NeuralNetwork
import TensorCore
import Testing

@testable import DataParallel

@Suite struct VerdictTests {
    @Test func verdict_ofFiniteNumbers_isFinite() throws {
        #expect(try verdicts { _, _ in }.allSatisfy { $0 == nil })
    }

    @Test func verdict_gradientsOfTwoRanks_namesTheFirstRanksParameterAndSamples() throws {
        let found = try verdicts { averager, rank in
            if rank == 1 { averager.targets[0].gradients.base[32] = .infinity }
            if rank == 2 { averager.targets[0].gradients.base[0] = .nan }
        }
        #expect(
            found
                == Array(repeating: NonFinite(place: .gradient("0.bias"), ranks: [1, 2], samples: [10, 11]), count: 3))
    }

    /// Each part is finite and so are two of them; the third is one too many.
    @Test func verdict_onlyTheSumIsInfinite_namesNoRank() throws {
        let found = try verdicts { averager, _ in averager.targets[0].gradients.base[0] = .greatestFiniteMagnitude }
        let expected = NonFinite(place: .gradient("0.weight"), ranks: [], samples: [0, 1, 10, 11, 20, 21])
        #expect(found == Array(repeating: expected, count: 3))
        #expect(expected.sentence.hasPrefix("the ranks' sum of the gradient of '0.weight' is not finite"))
    }

    @Test func sentence_ofOneSampleOnOneRank_readsAsOne() {
        let sentence = NonFinite(place: .loss, ranks: [2], samples: [7]).sentence
        #expect(sentence == "the loss is not finite on rank 2, which had the sample 7")
    }

    @Test func sentence_ofManySamplesOnSomeRanks_isCutShort() {
        let sentence = NonFinite(place: .statistics, ranks: [0, 2], samples: Array(0..<100)).sentence
        #expect(
            sentence
                == "a batch statistic is not finite on ranks 0 and 2; rank 0 had the samples 0, 1, 2, 3, 4, 5, 6, 7 and 92 more"
        )
    }

    @Test func verdict_gradientsThatTravelAsBFloat16_namesRankParameterAndSamples() throws {
        let found = try verdicts(.narrow) { averager, rank in
            if rank > 0 { averager.targets[0].gradients.base[32] = rank == 1 ? .nan : .infinity }
        }
        #expect(
            found
                == Array(repeating: NonFinite(place: .gradient("0.bias"), ranks: [1, 2], samples: [10, 11]), count: 3))
    }

    /// The largest number of float32 is none of bfloat16.
    @Test func verdict_onlyWhatTravelsIsInfinite_namesNoRank() throws {
        let found = try verdicts(.narrow) { averager, rank in
            if rank == 1 { averager.targets[0].gradients.base[0] = .greatestFiniteMagnitude }
        }
        #expect(found.allSatisfy { $0?.place == .gradient("0.weight") && $0?.ranks == [] } && found.count == 3)
    }

    /// Eight shards of four samples: the shards 1, 3, 5 and 7 are present. Rank 1 has the shards 2, 3 and 4.
    private static let shards = GradientAverager.Mode.reproducible(ShardPlan(shardCount: 8, rankCount: 3))

    @Test func verdict_gradientOfOneShard_namesRankParameterAndSamples() throws {
        let found = try verdicts(Self.shards, sampleCount: 4) { averager, rank in
            if rank == 1 { averager.targets[1].gradients.base[32] = .nan }
        }
        #expect(
            found == Array(repeating: NonFinite(place: .gradient("0.bias"), ranks: [1], samples: [10, 11]), count: 3))
    }

    /// What is left in the row of a shard that has no sample in this step is no part of it.
    @Test func verdict_gradientOfAnAbsentShard_isNone() throws {
        let leaveRemains: @Sendable (GradientAverager, Int) -> Void = { averager, rank in
            for index in rank == 2 ? [1] : [0] { averager.targets[index].gradients.base[32] = .nan }
        }
        #expect(try verdicts(Self.shards, sampleCount: 4, leaveRemains).allSatisfy { $0 == nil })
        let found = try verdicts(Self.shards, sampleCount: 4) { averager, rank in
            leaveRemains(averager, rank)
            if rank == 2 { averager.targets[2].gradients.base[0] = .nan }
        }
        #expect(
            found == Array(repeating: NonFinite(place: .gradient("0.weight"), ranks: [2], samples: [20, 21]), count: 3))
    }

    /// What three ranks find after `spoil` has had its way with the gradients of each; rank r has the samples 10r and 10r + 1.
    /// Wherever gradients are added, that is the same.
    private func verdicts(
        _ mode: GradientAverager.Mode = .fast(bucketByteLimit: nil), sampleCount: Int = 6,
        _ spoil: @escaping @Sendable (GradientAverager, Int) -> Void
    ) throws -> [NonFinite?] {
        let found = try verdicts(mode, sampleCount, sharing: false, spoil)
        if mode != .narrow { #expect(try verdicts(mode, sampleCount, sharing: true, spoil) == found) }
        return found
    }

    private func verdicts(
        _ mode: GradientAverager.Mode, _ sampleCount: Int, sharing: Bool,
        _ spoil: @escaping @Sendable (GradientAverager, Int) -> Void
    ) throws -> [NonFinite?] {
        try ThreadCommunicator.run(size: 3) { communicator in
            let averager = try GradientAverager(
                try LittleModel.make(), over: communicator, mode, sharing: sharing)
            spoil(averager, communicator.rank)
            let losses = [Double](repeating: 0, count: averager.targets.count)
            try losses.withUnsafeBufferPointer {
                _ = try averager.average(StepControl(), losses: $0, sampleCount: sampleCount)
            }
            if averager.isFinite { return nil }
            let samples = [Int32(communicator.rank * 10), Int32(communicator.rank * 10 + 1)]
            return try samples.withUnsafeBufferPointer { try averager.findNonFinite(samples: $0) }
        }
    }
}
