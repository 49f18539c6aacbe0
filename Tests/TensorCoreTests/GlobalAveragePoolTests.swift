import Testing

@testable import TensorCore

@Suite struct GlobalAveragePoolTests {
    /// A mean of some hundred float32.
    private static let tolerance = 1e-6

    @Test(arguments: [[1, 1, 1, 1], [3, 7, 7, 64], [2, 5, 3, 17], [40, 28, 28, 3]] as [Shape], [nil, 4, 8, 16])
    func globalAveragePool_randomShapes_matchesDoubleReference(shape: Shape, block: Int?) throws {
        let (tape, places, channels) = (try makeTape(), shape[1] * shape[2], shape[3])
        let (values, upstream) = (randomFloats("x", shape.count), randomFloats("u", shape[0] * channels))
        let x = tape.variable(values, shape: shape)
        let y = try x.inBlocks(of: block).globalAveragePooled()
        try tape.backward(from: y.weightedSum(upstream))
        let means = (0..<shape[0] * channels).map { index in
            let first = index / channels * places * channels + index % channels
            return (0..<places).reduce(0.0) { $0 + Double(values[first + $1 * channels]) } / Double(places)
        }
        #expect(y.shape == [shape[0], channels])
        expectClose(y.array, means, tolerance: Self.tolerance, "means")
        let gradient = values.indices.map { index in
            Double(upstream[index / (places * channels) * channels + index % channels]) / Double(places)
        }
        expectClose(try #require(x.gradient), gradient, tolerance: Self.tolerance, "input gradient")
    }

    @Test func globalAveragePool_padding_getsNoGradient() throws {
        let (tape, shape): (Tape, Shape) = (try makeTape(), [2, 3, 3, 5])
        let x = try tape.variable(randomFloats("x", shape.count), shape: shape).inBlocks(of: 8)
        let y = try x.globalAveragePooled()
        let record = try #require(tape.records.last)
        try tape.withGradient(of: y) { $0.update(repeating: 1, count: 10) }
        try record.operation.backward(record, on: tape)
        let gradient = UnsafeBufferPointer(start: tape.gradient(of: x), count: x.memoryCount)
        #expect(gradient.count == 144 && gradient.indices.allSatisfy { (gradient[$0] == 0) == ($0 % 8 >= 5) })
    }

    @Test func globalAveragePool_anyNumberOfThreads_givesTheSameBits() throws {
        let (shape, values): (Shape, [Float]) = ([9, 30, 20, 7], randomFloats("x", 9 * 600 * 7))
        let results = try [1, 2, 3].map { threads in
            let tape = Tape(context: try ExecutionContext(threadCount: threads))
            let x = tape.variable(values, shape: shape)
            let y = try x.globalAveragePooled()
            try tape.backward(from: y.weightedSum(randomFloats("u", 63)))
            return (y.array, Array(try #require(x.gradient)))
        }
        #expect(results.allSatisfy { $0.0 == results[0].0 && $0.1 == results[0].1 })
    }

    @Test func globalAveragePool_emptyBatch_staysEmpty() throws {
        let tape = try makeTape()
        let x = tape.variable([], shape: [0, 2, 2, 3])
        let y = try x.globalAveragePooled()
        #expect(y.shape == [0, 3])
        try tape.backward(from: y.weightedSum([]))
        #expect(try #require(x.gradient).isEmpty)
    }

    @Test func globalAveragePool_nan_staysInItsImageAndChannel() throws {
        let tape = try makeTape()
        var values = randomFloats("x", 2 * 4 * 3)
        values[4] = .nan
        let y = try tape.constant(values, shape: [2, 2, 2, 3]).globalAveragePooled()
        #expect(y.array.map(\.isNaN) == [false, true, false, false, false, false])
    }

    @Test func globalAveragePool_ofFeatures_stops() async {
        await #expect(processExitsWith: .failure) {
            _ = try makeTape().constant([1, 2], shape: [1, 2]).globalAveragePooled()
        }
    }
}
