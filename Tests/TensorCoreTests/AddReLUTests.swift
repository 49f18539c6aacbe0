import Testing

@testable import TensorCore

@Suite struct AddReLUTests {
    @Test(arguments: [[1], [7, 3], [2, 3, 5, 17], [4, 50, 50, 5]] as [Shape], [1, 2])
    func addReLU_randomShapes_isTheRectifiedSum(shape: Shape, threads: Int) throws {
        let tape = Tape(context: try ExecutionContext(threadCount: threads))
        let (first, second) = (randomFloats("a", shape.count), randomFloats("b", shape.count))
        let upstream = randomFloats("u", shape.count)
        let (a, b) = (tape.variable(first, shape: shape), tape.variable(second, shape: shape))
        let y = try a.addReLU(b)
        try tape.backward(from: y.weightedSum(upstream))
        #expect(y.array == zip(first, second).map { max($0 + $1, 0) })
        let gradient = y.array.indices.map { first[$0] + second[$0] > 0 ? upstream[$0] : 0 }
        for branch in [a, b] { #expect(Array(try #require(branch.gradient)) == gradient) }
    }

    @Test func addReLU_oneInBlocks_isComputedInBlocks() throws {
        let (tape, shape): (Tape, Shape) = (try makeTape(), [2, 3, 3, 5])
        let (a, b) = (
            tape.variable(randomFloats("a", 90), shape: shape), tape.variable(randomFloats("b", 90), shape: shape)
        )
        let blocked = try a.inBlocks(of: 8)
        for y in [try blocked.addReLU(b), try b.addReLU(blocked)] {
            #expect(y.layout === blocked.layout)
            #expect(y.array == zip(a.array, b.array).map { max($0 + $1, 0) })
        }
    }

    /// As in a residual block whose main branch keeps the input.
    @Test func addReLU_ofOneTensorTwice_addsBothGradients() throws {
        let tape = try makeTape()
        let x = tape.variable([1, -2, 3], shape: [3])
        try tape.backward(from: x.addReLU(x).weightedSum([5, 7, 11]))
        #expect(Array(try #require(x.gradient)) == [10, 0, 22])
    }

    @Test func addReLU_nan_propagatesInBothDirections() throws {
        let tape = try makeTape()
        let a = tape.variable([1, .nan, -1], shape: [3])
        let y = try a.addReLU(tape.constant([1, 1, .nan], shape: [3]))
        try tape.backward(from: y.weightedSum([2, 3, 4]))
        #expect(y.array[0] == 2 && y.array[1].isNaN && y.array[2].isNaN)
        #expect(Array(try #require(a.gradient)) == [2, 3, 4])
    }

    @Test func addReLU_emptyTensor_staysEmpty() throws {
        let tape = try makeTape()
        #expect(try tape.constant([], shape: [0, 3]).addReLU(tape.constant([], shape: [0, 3])).shape == [0, 3])
    }

    @Test func addReLU_differentShapes_stop() async {
        await #expect(processExitsWith: .failure) {
            let tape = try makeTape()
            _ = try tape.constant([1, 2], shape: [1, 2]).addReLU(tape.constant([1, 2], shape: [2, 1]))
        }
    }
}
