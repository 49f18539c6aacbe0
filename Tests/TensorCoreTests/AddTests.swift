import Testing

@testable import TensorCore

@Suite struct AddTests {
    @Test(arguments: [[1], [3, 7], [2, 3, 5, 3], [0, 4], []])
    func add_anyShape_addsAndPassesTheGradientToBoth(_ sizes: [Int]) throws {
        let shape = Shape(sizes)
        let (first, second) = (randomFloats("a", shape.count), randomFloats("b", shape.count))
        let upstream = randomFloats("upstream", shape.count)
        let tape = try makeTape()
        let (a, b) = (tape.variable(first, shape: shape), tape.variable(second, shape: shape))
        let sum = try a.add(b)
        try tape.backward(from: sum.weightedSum(upstream))
        #expect(sum.array == zip(first, second).map { $0 + $1 } && sum.shape == shape)
        #expect(Array(try #require(a.gradient)) == upstream)
        #expect(Array(try #require(b.gradient)) == upstream)
    }

    @Test func add_aTensorToItself_getsBothParts() throws {
        let tape = try makeTape()
        let x = tape.variable([1, -2, .infinity], shape: [3])
        let sum = try x.add(x)
        try tape.backward(from: sum.weightedSum([3, 5, 7]))
        #expect(sum.array == [2, -4, .infinity])
        #expect(Array(try #require(x.gradient)) == [6, 10, 14])
    }

    /// As in a residual block: one branch is the input itself.
    @Test func add_besideABranch_sumsTheGradientsWhereTheyParted() throws {
        let tape = try makeTape()
        let x = tape.variable([1, -2], shape: [2])
        try tape.backward(from: x.relu().add(x).weightedSum([3, 5]))
        #expect(Array(try #require(x.gradient)) == [6, 5])
    }

    @Test func add_constant_getsNoGradient() throws {
        let tape = try makeTape()
        let (x, c) = (tape.variable([1], shape: [1]), tape.constant([2], shape: [1]))
        try tape.backward(from: c.add(x).weightedSum([3]))
        #expect(c.gradient == nil)
        #expect(Array(try #require(x.gradient)) == [3])
    }

    @Test func add_wrongShapes_stops() async {
        await #expect(processExitsWith: .failure) {
            let tape = try makeTape()
            _ = try tape.constant([1, 2], shape: [2]).add(tape.constant([1, 2], shape: [1, 2]))
        }
    }

    @Test func kernels_ofAnEmptyBatch_areNone() throws {
        let tape = try makeTape()
        let x = tape.variable([], shape: [0, 3])
        _ = try x.add(x).relu().addReLU(x)
        #expect(try tape.records.flatMap { try $0.operation.kernels(for: $0, on: tape) }.isEmpty)
    }
}
