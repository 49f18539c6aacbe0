import Testing

@testable import TensorCore

/// What every function of one tensor is held to.
@Suite struct FunctionTests {
    /// A few units in the last place of float32, through one exponential, one logarithm and a sum over a short row.
    private let tolerance = 2e-6

    static let shapes: [[Int]] = [[1], [1, 1], [7], [3, 5], [17, 10], [2, 3, 5, 3], [33, 31], [1, 130]]

    @Test(arguments: FunctionUnderTest.all)
    func function_goldenShapes_matchPyTorch(_ function: FunctionUnderTest) throws {
        for golden in function.golden(try Golden.elementary()) {
            let tape = try makeTape()
            let x = tape.variable(golden.input, shape: Shape(golden.shape))
            let y = try function.apply(x)
            try tape.backward(from: y.weightedSum(golden.upstream))
            expectClose(y.array, golden.output.map(Double.init), tolerance: tolerance, "output of \(golden.shape)")
            expectClose(
                try #require(x.gradient), golden.inputGradient.map(Double.init), tolerance: tolerance,
                "gradient of \(golden.shape)")
        }
    }

    @Test(arguments: FunctionUnderTest.all, shapes)
    func function_randomShapes_matchesDoubleReference(_ function: FunctionUnderTest, _ shape: [Int]) throws {
        let shape = Shape(shape)
        let columns = shape[shape.rank - 1]
        let values = randomFloats("x", shape.count).map { 4 * $0 }
        let upstream = randomFloats("upstream", shape.count)
        let tape = try makeTape()
        let x = tape.variable(values, shape: shape)
        let y = try function.apply(x)
        try tape.backward(from: y.weightedSum(upstream))
        #expect(y.shape == shape)
        expectClose(
            y.array, function.reference(values.map(Double.init), columns: columns), tolerance: tolerance, "output")
        expectClose(
            try #require(x.gradient), function.differences(values, columns: columns, upstream: upstream),
            tolerance: tolerance, "gradient")
    }

    @Test(arguments: FunctionUnderTest.all, [[0, 4], [0], [3, 0], [0, 2, 2, 1]])
    func function_emptyTensor_staysEmpty(_ function: FunctionUnderTest, _ shape: [Int]) throws {
        let tape = try makeTape()
        let x = tape.variable([], shape: Shape(shape))
        let y = try function.apply(x)
        #expect(y.shape == Shape(shape))
        try tape.backward(from: y.weightedSum([]))
        #expect(try #require(x.gradient).isEmpty)
    }

    @Test(arguments: FunctionUnderTest.all, [0, 3, 20, 21])
    func function_nan_reachesOutputAndGradient(_ function: FunctionUnderTest, _ place: Int) throws {
        var values = randomFloats("x", 22)
        values[place] = .nan
        let tape = try makeTape()
        let x = tape.variable(values, shape: [2, 11])
        let y = try function.apply(x)
        try tape.backward(from: y.weightedSum(randomFloats("upstream", 22)))
        let gradient = try #require(x.gradient)
        #expect(y.elements[place].isNaN && gradient[place].isNaN)
        // The other row is not touched.
        #expect((0..<22).allSatisfy { $0 / 11 == place / 11 || y.elements[$0].isFinite })
    }

    /// The contract behind shards and evaluation blocks: a sample's result depends on nothing but the sample.
    @Test(arguments: FunctionUnderTest.all)
    func function_rowsOfAnyBatch_haveTheSameBits(_ function: FunctionUnderTest) throws {
        let (values, upstream) = (randomFloats("x", 64 * 13).map { 6 * $0 }, randomFloats("upstream", 64 * 13))
        func rows(_ range: Range<Int>, threads: Int) throws -> [UInt32] {
            let tape = Tape(context: try ExecutionContext(threadCount: threads))
            let elements = range.lowerBound * 13..<range.upperBound * 13
            let x = tape.variable(Array(values[elements]), shape: [range.count, 13])
            let y = try function.apply(x)
            try tape.backward(from: y.weightedSum(Array(upstream[elements])))
            return (y.array + (try #require(x.gradient))).map(\.bitPattern)
        }
        let whole = try rows(0..<64, threads: 1)
        for (range, threads) in [(0..<64, 2), (0..<1, 1), (5..<22, 1), (63..<64, 1), (17..<64, 2)] {
            let part = try rows(range, threads: threads)
            let expected = [0, 64 * 13].flatMap { whole[$0 + range.lowerBound * 13..<$0 + range.upperBound * 13] }
            #expect(part == expected, "rows \(range), \(threads) threads")
        }
    }
}
