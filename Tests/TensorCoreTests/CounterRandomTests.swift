import Testing

@testable import TensorCore

@Suite struct CounterRandomTests {
    /// Known answers of Random123 1.14 (`tests/kat_vectors`, philox4x32 with 10 rounds).
    @Test func philox_ofThePublishedCountersAndKeys_givesThePublishedWords() {
        let zeros = CounterRandom.philox(counter: (0, 0, 0, 0), key: (0, 0))
        #expect(zeros == (0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8))
        let ones = CounterRandom.philox(counter: (.max, .max, .max, .max), key: (.max, .max))
        #expect(ones == (0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD))
        let pi = CounterRandom.philox(
            counter: (0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344), key: (0xA409_3822, 0x299F_31D0))
        #expect(pi == (0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1))
    }

    @Test func bits_ofEqualArguments_areEqualInAnyOrder() {
        let (first, second) = (
            CounterRandom(seed: 7, purpose: "a", index: 2), CounterRandom(seed: 7, purpose: "a", index: 2)
        )
        let forward = (0..<100).map { first.bits(UInt64($0)) }
        let backward = (0..<100).reversed().map { second.bits(UInt64($0)) }
        #expect(forward == backward.reversed())
    }

    @Test func bits_ofAnyChangedArgument_differ() {
        let base = CounterRandom(seed: 7, purpose: "a", index: 2).bits(3)
        #expect(CounterRandom(seed: 8, purpose: "a", index: 2).bits(3) != base)
        #expect(CounterRandom(seed: 7, purpose: "b", index: 2).bits(3) != base)
        #expect(CounterRandom(seed: 7, purpose: "a", index: 3).bits(3) != base)
        #expect(CounterRandom(seed: 7, purpose: "a", index: 2).bits(4) != base)
        #expect(CounterRandom(seed: 7, purpose: "a", index: 2).bits(3 + 1 << 32) != base)
    }

    /// 20 000 numbers: the standard deviation of their mean is 0.002, that of their variance 0.0005; both get six of them.
    @Test func uniform_manyNumbers_haveTheMeanAndVarianceOfTheUnitInterval() {
        let random = CounterRandom(seed: 1, purpose: "test")
        let values = (0..<20_000).map { random.uniform(UInt64($0)) }
        let mean = values.reduce(0, +) / 20_000
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
        #expect(abs(mean - 0.5) < 0.0123)
        #expect(abs(variance - 1.0 / 12) < 0.0032)
        #expect(values.allSatisfy { (0..<1).contains($0) })
    }

    /// Chi-squared with 9 degrees of freedom exceeds 40 once in 130 000 times.
    @Test(arguments: [0, 1, 2] as [UInt64])
    func below_manyNumbers_areEquallyFrequent(seed: UInt64) {
        let random = CounterRandom(seed: seed, purpose: "test")
        var counts = [Int](repeating: 0, count: 10)
        for counter in 0..<20_000 { counts[random.below(10, UInt64(counter))] += 1 }
        let squared = counts.reduce(0.0) { $0 + (Double($1) - 2000) * (Double($1) - 2000) / 2000 }
        #expect(squared < 40, "seed \(seed): \(counts)")
    }

    @Test func below_one_isZero() {
        #expect((0..<100).allSatisfy { CounterRandom(seed: 3, purpose: "test").below(1, $0) == 0 })
    }
}
