import Communication
import NeuralNetwork
import TensorCore
import Testing

@testable import DataParallel

@Suite struct ReplicaCheckTests {
    @Test func hash_ofOneBitAnywhere_isAnother() throws {
        let (model, values, buffers) = try Self.state()
        let check = ReplicaCheck(model, values: values, buffers: buffers)
        let whole = check.hash
        let places = model.parameters.map { values.base + $0.range.upperBound - 1 }
        for place in places + model.buffers.map({ buffers.base + $0.range.lowerBound }) {
            place.pointee = Float(bitPattern: place.pointee.bitPattern ^ 1)
            #expect(check.hash != whole)
            place.pointee = Float(bitPattern: place.pointee.bitPattern ^ 1)
        }
        #expect(check.hash == whole)
    }

    @Test func findDifference_none_isNil() throws {
        #expect(try differences(ranks: 3) { _, _, _ in } == [nil, nil, nil])
    }

    @Test func findDifference_oneOfThree_isTheOddOne() throws {
        let found = try differences(ranks: 3) { rank, values, _ in if rank == 0 { values.base[0] += 1 } }
        let difference = try #require(found[0])
        #expect(found == [difference, difference, difference])
        #expect(difference.name == "0.weight" && difference.oddRanks == [0] && difference.groups == [[0], [1, 2]])
        #expect(difference.sentence == "rank 0 holds another '0.weight' than all other ranks")
    }

    @Test func findDifference_bufferOfTwoOfFive_namesBoth() throws {
        let found = try differences(ranks: 5) { rank, _, buffers in buffers.base[0] = rank % 3 == 1 ? 9 : 1 }
        let difference = try #require(found[4])
        #expect(difference.name == "1.running_mean" && difference.oddRanks == [1, 4])
        #expect(difference.sentence == "ranks 1 and 4 hold another '1.running_mean' than the majority of ranks")
    }

    @Test func findDifference_betweenTwo_blamesNone() throws {
        let found = try differences(ranks: 2) { rank, values, _ in if rank == 0 { values.base[0] += 1 } }
        let difference = try #require(found[1])
        #expect(difference.oddRanks.isEmpty)
        #expect(difference.sentence == "'0.weight' differs, rank 0 against rank 1")
    }

    @Test func controlBlock_hashesOfTheRanks_areCompared() {
        let block = ControlBlock(rankCount: 3, in: FlatStorage(count: 3 * StepControl.floatCount), from: 0)
        #expect(block.replicasAreEqual)
        var control = StepControl()
        control.replicaHash = 1 << 63
        for rank in 0..<3 { block[rank] = control }
        #expect(block.replicasAreEqual)
        control.replicaHash = 1 << 63 | 1 << 16
        block[2] = control
        #expect(!block.replicasAreEqual)
    }

    private static func state() throws -> (Model, values: FlatStorage, buffers: FlatStorage) {
        let model = try Model(inputShape: [6], layers: [.linear(5), .batchNorm, .linear(3)])
        let values = FlatStorage(count: model.storageCount)
        model.initialize(values, seed: 1)
        return (model, values, model.makeBuffers())
    }

    /// What each rank finds after `spoil` has had its way with what it holds.
    private func differences(
        ranks: Int, _ spoil: @escaping @Sendable (Int, FlatStorage, FlatStorage) -> Void
    ) throws -> [ReplicaDifference?] {
        try ThreadCommunicator.run(size: ranks) { communicator in
            let (model, values, buffers) = try Self.state()
            spoil(communicator.rank, values, buffers)
            return try ReplicaCheck(model, values: values, buffers: buffers).findDifference(over: communicator)
        }
    }
}
