import Testing

@testable import TensorCore

@Suite struct SigmoidTanhTests {
    @Test func sigmoid_farEnds_areZeroAndOne() throws {
        let (output, gradient) = try run([.infinity, -.infinity, 1e4, -1e4, 0, -0.0]) { try $0.sigmoid() }
        #expect(output == [1, 0, 1, 0, 0.5, 0.5])
        #expect(gradient == [0, 0, 0, 0, 0.25, 0.25])
    }

    @Test func tanh_farEnds_arePlusAndMinusOne() throws {
        let (output, gradient) = try run([.infinity, -.infinity, 1e4, -1e4, 0, 1e-30]) { try $0.tanh() }
        #expect(output == [1, -1, 1, -1, 0, 1e-30])
        #expect(gradient == [0, 0, 0, 0, 1, 1])
    }

    private func run(
        _ values: [Float], _ function: (Tensor) throws -> Tensor
    ) throws -> (output: [Float], gradient: [Float]) {
        let tape = try makeTape()
        let x = tape.variable(values, shape: Shape(values.count))
        let y = try function(x)
        try tape.backward(from: y.weightedSum([Float](repeating: 1, count: values.count)))
        return (y.array, Array(try #require(x.gradient)))
    }
}
