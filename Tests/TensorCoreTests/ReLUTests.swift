import Testing

@testable import TensorCore

@Suite struct ReLUTests {
    @Test func relu_goldenShapes_matchPyTorch() throws {
        for golden in try Golden.layers().relu {
            let tape = try makeTape()
            let x = tape.variable(golden.input, shape: Shape(golden.shape))
            let y = try x.relu()
            try tape.backward(from: y.weightedSum(golden.upstream))
            #expect(y.array == golden.output)
            #expect(Array(try #require(x.gradient)) == golden.inputGradient)
        }
    }

    @Test func relu_nan_propagates() throws {
        let tape = try makeTape()
        #expect(try tape.constant([1, .nan, -1], shape: [3]).relu().array[1].isNaN)
    }

    @Test func relu_emptyTensor_staysEmpty() throws {
        let tape = try makeTape()
        #expect(try tape.constant([], shape: [0, 3]).relu().shape == [0, 3])
    }
}
