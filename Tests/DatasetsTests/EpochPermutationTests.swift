import Datasets
import Testing

@Suite struct EpochPermutationTests {
    @Test(arguments: [0, 1, 2, 3, 10, 257, 1000])
    func prepare_anyCount_isAPermutation(count: Int) {
        let permutation = EpochPermutation(count: count, seed: 1)
        for epoch in 0..<3 {
            permutation.prepare(epoch: epoch)
            #expect(permutation[0..<count].sorted() == (0..<count).map { Int32($0) })
        }
    }

    /// Golden order, computed by a second implementation in Python: a change of it would change every published run.
    @Test func prepare_seedZeroEpochZero_isTheGoldenOrder() {
        #expect(order(count: 10, seed: 0, epoch: 0) == [0, 7, 1, 3, 5, 8, 4, 6, 2, 9])
    }

    @Test func prepare_again_isTheSameWhateverCameBefore() {
        let permutation = EpochPermutation(count: 100, seed: 5)
        permutation.prepare(epoch: 3)
        permutation.prepare(epoch: 0)
        permutation.prepare(epoch: 3)
        #expect(Array(permutation[0..<100]) == order(count: 100, seed: 5, epoch: 3))
        #expect(permutation.epoch == 3)
    }

    @Test func prepare_otherSeedOrEpoch_isAnotherOrder() {
        let orders = [(0, 0), (0, 1), (1, 0), (1, 1)].map { order(count: 100, seed: $0.0, epoch: $0.1) }
        #expect(Set(orders).count == 4)
    }

    /// 6 orders of 3 samples over 6000 epochs: chi-squared with 5 degrees of freedom exceeds 35 once in 600 000 times.
    @Test func prepare_manyEpochs_givesAllOrdersEquallyOften() {
        let permutation = EpochPermutation(count: 3, seed: 2)
        var counts: [[Int32]: Double] = [:]
        for epoch in 0..<6000 {
            permutation.prepare(epoch: epoch)
            counts[Array(permutation[0..<3]), default: 0] += 1
        }
        #expect(counts.count == 6)
        #expect(counts.values.reduce(0) { $0 + ($1 - 1000) * ($1 - 1000) / 1000 } < 35, "\(counts)")
    }

    private func order(count: Int, seed: UInt64, epoch: Int) -> [Int32] {
        let permutation = EpochPermutation(count: count, seed: seed)
        permutation.prepare(epoch: epoch)
        return Array(permutation[0..<count])
    }
}
