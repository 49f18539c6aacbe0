import Testing

@testable import TensorCore

@Suite struct TapeTests {
    @Test func backward_tensorUsedTwice_addsBothParts() throws {
        let tape = try makeTape()
        let x = tape.variable([1, -2], shape: [1, 2])
        let w = tape.variable([3, 4, 5, 6], shape: [2, 2])
        let y = try x.linear(w, nil).linear(w, nil)
        try tape.backward(from: y.weightedSum([1, 10]))
        // y = x Wᵀ Wᵀ with u = [1, 10]: dx = u W W; dW = uᵀ (x Wᵀ) + (u W)ᵀ x.
        #expect(Array(try #require(x.gradient)) == [479, 596])
        #expect(Array(try #require(w.gradient)) == [48, -113, 14, -198])
    }

    @Test func backward_accumulatingVariable_addsToWhatIsThere() throws {
        let tape = try makeTape()
        let (values, gradients) = (FlatStorage(count: 2), FlatStorage(count: 2))
        gradients.elements.update(repeating: 100)
        for accumulates in [true, false] {
            tape.reset()
            let w = tape.variable(values.base, gradient: gradients.base, shape: [1, 2], accumulates: accumulates)
            let y = try tape.constant([1, 2], shape: [1, 2]).linear(w, nil)
            try tape.backward(from: y.weightedSum([3]))
            #expect(gradients.array == (accumulates ? [103, 106] : [3, 6]))
        }
    }

    @Test func backward_tenThousandOperations_doesNotOverflowTheStack() throws {
        let tape = try makeTape()
        let x = tape.variable([1, 2], shape: [1, 2])
        var y = x
        for _ in 0..<10_000 { y = try y.reshaped([2, 1]).reshaped([1, 2]) }
        try tape.backward(from: y.weightedSum([5, 7]))
        #expect(Array(try #require(x.gradient)) == [5, 7])
    }

    @Test func reset_secondStep_takesNoNewMemory() throws {
        let tape = try makeTape()
        func step() throws {
            tape.reset()
            let x = tape.variable(randomFloats("x", 600), shape: [20, 30])
            let w = tape.variable(randomFloats("w", 300), shape: [10, 30])
            try tape.backward(from: x.linear(w, nil).relu().weightedSum(randomFloats("u", 200)))
        }
        try step()
        let before = tape.context.pooledByteCount
        for _ in 0..<5 { try step() }
        #expect(tape.context.pooledByteCount == before)
    }

    @Test func backward_severalElements_stopsNamingTheShape() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let tape = try makeTape()
            try tape.backward(from: tape.variable([1, 2], shape: [2]))
        }
        expectMessage(result, "backward does not accept the shapes [2] and [] together")
    }

    @Test func gradient_constant_hasNone() throws {
        let tape = try makeTape()
        let x = tape.constant([1, 2], shape: [1, 2])
        let w = tape.variable([1, 1], shape: [1, 2])
        try tape.backward(from: x.linear(w, nil).weightedSum([1]))
        #expect(x.gradient == nil)
        #expect(w.gradient != nil)
    }
}
