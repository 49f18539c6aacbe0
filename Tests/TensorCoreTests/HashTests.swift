import Testing

@testable import TensorCore

@Suite struct HashTests {
    /// Below, on and beyond the 64 words that are taken at once.
    static let counts = [1, 2, 63, 64, 65, 128, 200]

    @Test(arguments: counts)
    func hash_anyBitInverted_isAnother(count: Int) {
        let values = storage(count)
        let whole = Kernels.hash(values.elements, seed: 0)
        for index in 0..<count {
            for bit in 0..<32 {
                let before = values.base[index]
                values.base[index] = Float(bitPattern: before.bitPattern ^ 1 << UInt32(bit))
                #expect(Kernels.hash(values.elements, seed: 0) != whole, "bit \(bit) of element \(index)")
                values.base[index] = before
            }
        }
        #expect(Kernels.hash(values.elements, seed: 0) == whole)
    }

    /// The same bit of two elements that meet in one lane must not cancel out, the highest least of all.
    @Test(arguments: [0, 15, 31])
    func hash_sameBitOfTwoElementsInverted_isAnother(bit: UInt32) {
        let values = storage(256)
        let whole = Kernels.hash(values.elements, seed: 0)
        for index in [3, 3 + 64] {
            values.base[index] = Float(bitPattern: values.base[index].bitPattern ^ 1 << bit)
        }
        #expect(Kernels.hash(values.elements, seed: 0) != whole)
    }

    @Test(arguments: [(0, 1), (0, 64), (5, 133)])
    func hash_twoElementsExchanged_isAnother(first: Int, second: Int) {
        let values = storage(200)
        let whole = Kernels.hash(values.elements, seed: 0)
        (values.base[first], values.base[second]) = (values.base[second], values.base[first])
        #expect(Kernels.hash(values.elements, seed: 0) != whole)
    }

    @Test func hash_ofZeros_dependsOnTheirNumberAndTheSeed() {
        let hashes = Self.counts.map { Kernels.hash(FlatStorage(count: $0).elements, seed: 0) }
        #expect(Set(hashes).count == hashes.count)
        let zeros = FlatStorage(count: 4)
        #expect(Kernels.hash(zeros.elements, seed: 0) != Kernels.hash(zeros.elements, seed: 1))
    }

    /// Ranks on different processors compare their hashes.
    @Test func hash_ofKnownValues_isTheSameOnEveryProcessor() {
        let values = FlatStorage(count: 130)
        for index in 0..<130 { values.base[index] = Float(index) }
        #expect(Kernels.hash(values.elements, seed: 7) == reference(values.array, seed: 7))
    }

    private func storage(_ count: Int) -> FlatStorage {
        let storage = FlatStorage(count: count)
        for (index, value) in randomFloats("hash", count).enumerated() { storage.base[index] = value }
        return storage
    }

    private func reference(_ values: [Float], seed: UInt64) -> UInt64 {
        var lanes = [UInt32](repeating: 0, count: 64)
        for (index, value) in values.enumerated() {
            let mixed = (lanes[index % 64] ^ value.bitPattern) &* 0x9E37_79B1
            lanes[index % 64] = mixed << 13 | mixed >> 19
        }
        return lanes.reduce((seed ^ UInt64(values.count)) &* 0x9E37_79B9_7F4A_7C15) {
            let product = ($0 ^ UInt64($1)) &* 0x9E37_79B9_7F4A_7C15
            return product ^ product >> 32
        }
    }
}
