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

    // Whether the NaN itself passes depends on the processor; see ReLUOperation.
    @Test func relu_nan_getsNoGradient() throws {
        let tape = try makeTape()
        let x = tape.variable([1, .nan, -1], shape: [3])
        try tape.backward(from: x.relu().weightedSum([2, 3, 4]))
        #expect(Array(try #require(x.gradient)) == [2, 0, 0])
    }

    @Test func relu_emptyTensor_staysEmpty() throws {
        let tape = try makeTape()
        #expect(try tape.constant([], shape: [0, 3]).relu().shape == [0, 3])
    }
}
