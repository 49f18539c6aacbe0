import Communication
import NeuralNetwork
import TensorCore
import Testing

@testable import DataParallel

/// What sums and messages take, in memory and on the wire, in units of all parameters.
@Suite struct AveragerSizesTests {
    /// 16 · 239 + 16 parameters: 240 cache lines, which 2, 3 and 5 ranks share evenly.
    private static func makeModel() throws -> Model {
        let model = try Model(inputShape: [239], layers: [.linear(16)])
        #expect(model.storageCount == 240 * FlatStorage.lineCount)
        return model
    }

    private static func reproducible(_ ranks: Int) -> GradientAverager.Mode {
        .reproducible(ShardPlan(shardCount: 8, rankCount: ranks))
    }

    private func storages(_ mode: GradientAverager.Mode, rank: Int = 0, ranks: Int) throws -> Double {
        let model = try Self.makeModel()
        return Double(mode.elementsBesidesRows(model, rank: rank, rankCount: ranks)) / Double(model.storageCount)
    }

    @Test func elements_ofFastMode_areTheSumOfOthers() throws {
        #expect(try storages(.fast(bucketByteLimit: nil), ranks: 1) == 0)
        #expect(try storages(.fast(bucketByteLimit: 4), ranks: 2) == 1)
    }

    /// Besides the sum: all rounded, the own part of all ranks, the own part summed and that rounded.
    @Test func elements_asBFloat16_areOneAndThreeQuartersBesidesTheSumOnTwoRanks() throws {
        #expect(try storages(.narrow, ranks: 1) == 0)
        #expect(try storages(.narrow, ranks: 2) == 1 + 1.75)
        #expect(abs(try storages(.narrow, rank: 4, ranks: 5) - (1 + 0.5 + 0.5 + 0.1 + 0.2)) < 1e-12)
    }

    /// Of eight shards rank 1 of 3 has the shards 2, 3 and 4: two subtrees. So have the others: 0 and 1, 5, 6 and 7.
    @Test func elements_ofReproducibleMode_countEverySubtree() throws {
        #expect(try storages(Self.reproducible(1), ranks: 1) == 1)
        #expect(try storages(Self.reproducible(2), ranks: 2) == 1 + 1 + 0.5 + 0.5)
        #expect(try storages(Self.reproducible(3), rank: 0, ranks: 3) == 1 + 1 + 4 / 3.0 + 1 / 3.0)
        #expect(try storages(Self.reproducible(3), rank: 1, ranks: 3) == 1 + 2 + 1 + 1 / 3.0)
        let model = try Self.makeModel()
        let most = Self.reproducible(3).mostElementsBesidesRows(model, rankCount: 3)
        #expect(Double(most) / Double(model.storageCount) == 1 + 2 + 1 + 1 / 3.0)
    }

    /// One sum for all, of which each is charged its part, and no messages.
    @Test(arguments: [GradientAverager.Mode.fast(bucketByteLimit: nil), reproducible(3)])
    func elements_ofASumThatRanksShare_areTheRanksPart(mode: GradientAverager.Mode) throws {
        let model = try Self.makeModel()
        let most = mode.mostElementsBesidesRows(model, rankCount: 3, sharing: true)
        #expect(Double(most) / Double(model.storageCount) == 1 / 3.0)
    }

    private func onRanks<Value: Sendable>(
        _ ranks: Int, _ mode: GradientAverager.Mode, _ value: @escaping @Sendable (GradientAverager) -> Value
    ) throws -> [Value] {
        try ThreadCommunicator.run(size: ranks) {
            value(GradientAverager(model: try Self.makeModel(), communicator: $0, mode: mode))
        }
    }

    /// Of each subtree the other ranks' parts, the own part of the sum, and a row of control numbers and a Double for each loss.
    @Test func bytesPerStep_inReproducibleMode_areThoseToOthersAndTheOwnPart() throws {
        let parameters = 4 * 240 * FlatStorage.lineCount
        let two = try onRanks(2, Self.reproducible(2)) { $0.bytesPerStep }
        #expect(two == Array(repeating: parameters / 2 + parameters / 2 + 4 * (16 + 4 * 2), count: 2))
        let three = try onRanks(3, Self.reproducible(3)) { $0.bytesPerStep }
        let (one, twoSubtrees) = (parameters * 2 / 3 + parameters / 3, parameters * 4 / 3 + parameters / 3)
        #expect(three == [one + 4 * (16 + 2 * 2), twoSubtrees + 4 * (16 + 3 * 2), twoSubtrees + 4 * (16 + 3 * 2)])
        #expect(try onRanks(1, Self.reproducible(1)) { $0.bytesPerStep } == [0])
    }

    @Test func bytesPerStep_asBFloat16_areHalfTheParametersAndTheHead() throws {
        let bytes = try onRanks(3, .narrow) { $0.bytesPerStep }
        #expect(bytes == Array(repeating: 2 * 240 * FlatStorage.lineCount + 4 * 3 * 16, count: 3))
    }

    @Test func largestMessage_ofEachMode_isTheLargestBuffer() throws {
        let all = 240 * FlatStorage.lineCount
        #expect(try onRanks(1, .narrow) { $0.largestMessage } == [0])
        #expect(try onRanks(2, .fast(bucketByteLimit: nil)) { $0.largestMessage } == [all + 32, all + 32])
        #expect(try onRanks(2, .fast(bucketByteLimit: 1)) { $0.largestMessage } == [all - 16 + 32, all - 16 + 32])
        #expect(try onRanks(2, .narrow) { $0.largestMessage } == [all / 2, all / 2])
        #expect(try onRanks(3, Self.reproducible(3)) { $0.largestMessage } == [all * 4 / 3, 2 * all, 2 * all])
    }
}
