import Testing

@testable import TensorCore

@Suite struct SumTests {
    @Test(arguments: [[1], [], [3, 7], [2, 3, 5, 3], [1000]])
    func sumAndMean_anyShape_matchDoubleReference(_ sizes: [Int]) throws {
        let shape = Shape(sizes)
        let values = randomFloats("x", shape.count)
        let total = values.reduce(0.0) { $0 + Double($1) }
        for (isMean, expected) in [(false, total), (true, total / Double(shape.count))] {
            let tape = try makeTape()
            let x = tape.variable(values, shape: shape)
            let y = try isMean ? x.mean() : x.sum()
            try tape.backward(from: y.weightedSum([-3]))
            #expect(y.shape == [] && y.scalar == Float(expected))
            let gradient = isMean ? -3 / Float(shape.count) : -3
            #expect(Array(try #require(x.gradient)) == [Float](repeating: gradient, count: shape.count))
        }
    }

    @Test func sumAndMean_ofNothing_areZeroAndNaN() throws {
        let tape = try makeTape()
        let x = tape.variable([], shape: [0, 3])
        #expect(try x.sum().scalar == 0)
        #expect(try x.mean().scalar.isNaN)
    }

    @Test func sumAndMean_nan_propagates() throws {
        let tape = try makeTape()
        let x = tape.constant([1, .nan, 2], shape: [3])
        #expect(try x.sum().scalar.isNaN && x.mean().scalar.isNaN)
    }

    /// 2²⁴ + 1 is no Float: a sum in Float would lose every one of the ones.
    @Test func sum_smallBesideLarge_losesNothing() throws {
        let tape = try makeTape()
        let x = tape.constant([0x1p24, 1, 1, 1, 1], shape: [5])
        #expect(try x.sum().scalar == 0x1p24 + 4)
    }
}
