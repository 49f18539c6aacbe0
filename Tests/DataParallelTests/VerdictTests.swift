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

    /// What three ranks find after `spoil` has had its way with the gradients of each; rank r has the samples 10r and 10r + 1.
    private func verdicts(_ spoil: @escaping @Sendable (GradientAverager, Int) -> Void) throws -> [NonFinite?] {
        try ThreadCommunicator.run(size: 3) { communicator in
            let averager = GradientAverager(model: try LittleModel.make(), communicator: communicator)
            spoil(averager, communicator.rank)
            _ = try averager.average(StepControl())
            if averager.isFinite { return nil }
            let samples = [Int32(communicator.rank * 10), Int32(communicator.rank * 10 + 1)]
            return try samples.withUnsafeBufferPointer { try averager.findNonFinite(samples: $0) }
        }
    }
}
