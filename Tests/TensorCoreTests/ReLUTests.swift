import Testing

@testable import TensorCore

@Suite struct ReLUTests {
    @Test func relu_goldenShapes_matchPyTorch() throws {
        for golden in try Golden.layers().relu {
            let tape = try makeTape()
            let x = tape.variable(golden.input, shape: Shape(golden.shape))
            let y = x.relu()
            try tape.backward(from: y.weightedSum(golden.upstream))
            #expect(y.array == golden.output)
            #expect(Array(try #require(x.gradient)) == golden.inputGradient)
        }
    }

    @Test func relu_nan_propagatesInBothDirections() throws {
        let tape = try makeTape()
        let x = tape.variable([1, .nan, -1], shape: [3])
        let y = x.relu()
        try tape.backward(from: y.weightedSum([2, 3, 4]))
        #expect(y.array[1].isNaN)
        // As in PyTorch: only a result of zero stops the gradient.
        #expect(Array(try #require(x.gradient)) == [2, 3, 0])
    }

    @Test func linearWithReLU_nan_propagates() throws {
        let tape = try makeTape()
        let x = tape.constant([1, .nan, -1, 2], shape: [2, 2])
        let weight = tape.constant([1, 1], shape: [1, 2])
        let y = try x.linear(weight, nil, relu: true).array
        #expect(y[0].isNaN && y[1] == 1)
    }

    @Test func relu_emptyTensor_staysEmpty() throws {
        let tape = try makeTape()
        #expect(tape.constant([], shape: [0, 3]).relu().shape == [0, 3])
    }
}
