import Testing

@testable import TensorCore

/// Operations on tensors that lie in a layout of blocks with padding, as kernels choose it, against the same on row-major ones.
@Suite struct BlockedLayoutTests {
    private static let shape: Shape = [2, 3, 5, 10]

    /// Blocks of 8 channels, of which the second is mostly padding.
    private func blocks(on tape: Tape) throws -> Layout {
        let layout = try tape.context.layout(channelBlock: 8, of: Self.shape)
        let blocks = try #require(layout)
        try #require(!blocks.isDense)
        return blocks
    }

    @Test(arguments: FunctionUnderTest.all)
    func function_ofABlockedTensor_isThatOfThePlainOne(_ function: FunctionUnderTest) throws {
        try expectSameAsPlain { try function.apply($0) }
    }

    @Test func add_ofBlockedTensors_isThatOfPlainOnes() throws {
        let other = randomFloats("other", Self.shape.count)
        try expectSameAsPlain { x in
            let y = x.tape.constant(other, shape: Self.shape)
            return try x.add(y).add(x).add(y.laidOut(x.layout))
        }
    }

    @Test func sumAndMean_ofABlockedTensor_areThoseOfThePlainOne() throws {
        try expectSameAsPlain { try $0.sum() }
        try expectSameAsPlain { try $0.mean() }
    }

    /// Output and gradient to the bit, and zeros in the padding.
    private func expectSameAsPlain(
        _ apply: (Tensor) throws -> Tensor, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let results = try [true, false].map { isBlocked in
            let tape = try makeTape()
            let x = tape.variable(randomFloats("x", Self.shape.count), shape: Self.shape)
            let y = try apply(isBlocked ? x.laidOut(blocks(on: tape)) : x)
            let nonzero = (0..<y.memoryCount).count { y.memory[$0] != 0 }
            #expect(nonzero == y.elements.count { $0 != 0 }, "padding", sourceLocation: sourceLocation)
            try tape.backward(from: y.weightedSum(randomFloats("upstream", y.shape.count)))
            return y.array + (try #require(x.gradient))
        }
        #expect(results[0] == results[1], sourceLocation: sourceLocation)
    }
}
