import Testing

@testable import TensorCore

@Suite struct DropoutTests {
    private let random = CounterRandom(seed: 4, purpose: "dropout/1", index: 7)

    /// Elements per sample around a quarter's edges, and around the kernel's 64 counters at a time.
    static let shapes: [(rows: Int, columns: Int)] = [
        (1, 1), (3, 2), (5, 3), (2, 4), (7, 5), (4, 255), (3, 256), (2, 257), (3, 1030), (64, 600),
    ]

    @Test(arguments: shapes, [1, 2])
    func dropout_anyShape_isThatOfTheReferenceToTheBit(_ shape: (rows: Int, columns: Int), _ threads: Int) throws {
        let (rows, columns) = shape
        let (values, upstream) = (randomFloats("x", rows * columns), randomFloats("upstream", rows * columns))
        let samples = (0..<rows).map { Int32($0 * 37 + 5) }
        for rate in [0.5, 0.1, 0.75] {
            let tape = Tape(context: try ExecutionContext(threadCount: threads))
            let x = tape.variable(values, shape: [rows, columns])
            let y = try dropout(x, rate, samples)
            try tape.backward(from: y.weightedSum(upstream))
            let expected = samples.flatMap { factors(ofSample: $0, columns: columns, rate: rate) }
            #expect(y.array == zip(values, expected).map { $0 * $1 })
            #expect(Array(try #require(x.gradient)) == zip(upstream, expected).map { $0 * $1 })
        }
    }

    /// 40 000 elements: five standard deviations of the share that is kept.
    @Test(arguments: [0.1, 0.5, 0.9])
    func dropout_manyElements_keepsItsShareAndTheMean(_ rate: Double) throws {
        let tape = try makeTape()
        let x = tape.constant([Float](repeating: 1, count: 40_000), shape: [40, 1000])
        let y = try dropout(x, rate, (0..<40).map { $0 }).array
        let kept = Double(y.count { $0 != 0 }) / 40_000
        #expect(abs(kept - (1 - rate)) < 5 * (rate * (1 - rate) / 40_000).squareRoot())
        #expect(Set(y) == [0, Float(1 / (1 - rate))])
    }

    /// The contract behind ranks, pieces and shards: the mask goes with the sample.
    @Test func dropout_sampleInAnyBatch_hasTheSameMask() throws {
        let tape = try makeTape()
        func mask(_ samples: [Int32]) throws -> [[Float]] {
            let x = tape.constant([Float](repeating: 1, count: samples.count * 70), shape: [samples.count, 7, 10])
            let y = try dropout(x, 0.5, samples).array
            return samples.indices.map { Array(y[$0 * 70..<($0 + 1) * 70]) }
        }
        let whole = try mask([9, 3, 50_000, 7])
        #expect(try mask([7, 9]) == [whole[3], whole[0]])
        #expect(try mask([50_000]) == [whole[2]])
        #expect(Set(whole).count == 4)
    }

    @Test func dropout_otherStepSeedOrName_dropsOthers() throws {
        let tape = try makeTape()
        let x = tape.constant([Float](repeating: 1, count: 70), shape: [1, 70])
        let masks = try [
            random, CounterRandom(seed: 5, purpose: "dropout/1", index: 7),
            CounterRandom(seed: 4, purpose: "dropout/2", index: 7),
            CounterRandom(seed: 4, purpose: "dropout/1", index: 8),
        ].map { sequence in
            try [Int32(0)].withUnsafeBufferPointer { try x.dropout(0.5, samples: $0, random: sequence).array }
        }
        #expect(Set(masks).count == 4)
    }

    /// As in PyTorch: what is not finite is not hidden by being dropped.
    @Test func dropout_nan_propagatesThoughDropped() throws {
        let tape = try makeTape()
        let x = tape.variable([Float](repeating: .nan, count: 64), shape: [1, 64])
        let y = try dropout(x, 0.5, [0])
        try tape.backward(from: y.weightedSum([Float](repeating: .infinity, count: 64)))
        let gradient = try #require(x.gradient)
        #expect(y.array.allSatisfy { $0.isNaN })
        #expect(gradient.allSatisfy { $0.isNaN || $0 == .infinity } && gradient.contains { $0.isNaN })
    }

    @Test(arguments: [[0, 4], [0], [3, 0]])
    func dropout_emptyTensor_staysEmpty(_ shape: [Int]) throws {
        let tape = try makeTape()
        let x = tape.variable([], shape: Shape(shape))
        let y = try dropout(x, 0.5, (0..<Int32(shape[0])).map { $0 })
        try tape.backward(from: y.weightedSum([]))
        #expect(y.shape == Shape(shape))
        #expect(try #require(x.gradient).isEmpty)
    }

    @Test func dropout_ofABlockedTensor_isThatOfThePlainOne() throws {
        let tape = try makeTape()
        let shape: Shape = [2, 3, 5, 4]
        let x = tape.variable(randomFloats("x", shape.count), shape: shape)
        let channelsFirst = try Descriptor(shape.descriptorSizes, strides: [60, 15, 5, 1])
        let laidOut = try x.laidOut(tape.context.layout(channelsFirst, of: shape))
        #expect(laidOut.layout != nil)
        #expect(try dropout(laidOut, 0.5, [1, 2]).array == dropout(x, 0.5, [1, 2]).array)
    }

    @Test(arguments: [1.0, -0.1])
    func dropout_impossibleRate_stops(_ rate: Double) async {
        await #expect(processExitsWith: .failure) { [rate] in
            let tape = try makeTape()
            let x = tape.constant([1], shape: [1, 1])
            _ = try [Int32(0)].withUnsafeBufferPointer {
                try x.dropout(rate, samples: $0, random: CounterRandom(seed: 0, purpose: "test"))
            }
        }
    }

    private func dropout(_ x: Tensor, _ rate: Double, _ samples: [Int32]) throws -> Tensor {
        try samples.withUnsafeBufferPointer { try x.dropout(rate, samples: $0, random: random) }
    }

    /// What the elements of a sample are multiplied with, from the generator that is tested against published numbers.
    private func factors(ofSample sample: Int32, columns: Int, rate: Double) -> [Float] {
        let quarter = (columns + 3) / 4
        return (0..<columns).map { element in
            let words = random.words(UInt64(sample) << 32 | UInt64(element % quarter))
            let word = [words.0, words.1, words.2, words.3][element / quarter]
            return Double(word) < rate * 0x1p32 ? 0 : Float(1 / (1 - rate))
        }
    }
}
