import Testing

@testable import TensorCore

@Suite struct LinearTests {
    // float32 sums of up to a few hundred products of numbers below 1.
    private let tolerance = 2e-5

    @Test func linear_goldenShapes_matchPyTorch() throws {
        for golden in try Golden.layers().linear {
            let tape = try makeTape()
            let x = tape.variable(golden.input, shape: [golden.batch, golden.inputFeatures])
            let weight = tape.variable(golden.weight, shape: [golden.outputFeatures, golden.inputFeatures])
            let bias = tape.variable(golden.bias, shape: [golden.outputFeatures])
            let y = try x.linear(weight, bias)
            try tape.backward(from: y.weightedSum(golden.upstream))
            expectClose(y.array, golden.output.map(Double.init), tolerance: 1e-6, "output")
            try expectGradient(x, golden.inputGradient, "input")
            try expectGradient(weight, golden.weightGradient, "weight")
            try expectGradient(bias, golden.biasGradient, "bias")
        }
    }

    @Test(arguments: [
        (1, 1, 1), (3, 7, 5), (17, 31, 1), (64, 13, 10), (130, 257, 33), (256, 784, 10), (3, 5, 1031), (64, 512, 33),
    ])
    func linear_randomShapes_matchesDoubleReference(_ batch: Int, _ input: Int, _ output: Int) throws {
        let tape = try makeTape()
        let (xs, ws, bs) = (
            randomFloats("x", batch * input), randomFloats("w", output * input), randomFloats("b", output)
        )
        let upstream = randomFloats("u", batch * output)
        let x = tape.variable(xs, shape: [batch, input])
        let weight = tape.variable(ws, shape: [output, input])
        let bias = tape.variable(bs, shape: [output])
        let y = try x.linear(weight, bias)
        try tape.backward(from: y.weightedSum(upstream))

        func sum(_ count: Int, _ term: (Int) -> Float, _ other: (Int) -> Float) -> Double {
            (0..<count).reduce(0.0) { $0 + Double(term($1)) * Double(other($1)) }
        }
        let reference = (0..<batch * output).map { index in
            let (n, o) = (index / output, index % output)
            return Double(bs[o]) + sum(input, { xs[n * input + $0] }, { ws[o * input + $0] })
        }
        let dx = (0..<batch * input).map { index in
            sum(output, { upstream[index / input * output + $0] }, { ws[$0 * input + index % input] })
        }
        let dw = (0..<output * input).map { index in
            sum(batch, { upstream[$0 * output + index / input] }, { xs[$0 * input + index % input] })
        }
        let db = (0..<output).map { o in sum(batch, { upstream[$0 * output + o] }, { _ in 1 }) }
        expectClose(y.array, reference, tolerance: tolerance, "output")
        expectClose(try #require(x.gradient), dx, tolerance: tolerance, "input gradient")
        expectClose(try #require(weight.gradient), dw, tolerance: tolerance, "weight gradient")
        expectClose(try #require(bias.gradient), db, tolerance: tolerance, "bias gradient")
    }

    @Test(arguments: [true, false])
    func product_ofCopiedMatrix_matchesThatOfPlainOne(transposed: Bool) throws {
        let context = try ExecutionContext()
        let sizes = MatrixProduct.Sizes(m: 40, n: 512, k: 300, transposedB: transposed)
        let (a, b) = (FlatStorage(count: 40 * 300), FlatStorage(count: 300 * 512))
        _ = a.elements.update(fromContentsOf: randomFloats("a", a.count))
        _ = b.elements.update(fromContentsOf: randomFloats("b", b.count))
        func product(_ copy: MatrixProduct.Copy?) throws -> [Float] {
            let c = FlatStorage(count: 40 * 512)
            let product = try MatrixProduct(context.engine, sizes, copy: copy)
            // A pointer does not keep its storage.
            try withExtendedLifetime((a, b)) { try product.run(on: context, a: a.base, b: b.base, c: c.base) }
            return c.array
        }
        let plain = try product(MatrixProduct.Copy.none).map(Double.init)
        for copy in [MatrixProduct.Copy.packed, .padded, nil] {
            expectClose(try product(copy), plain, tolerance: tolerance, "\(String(describing: copy))")
        }
    }

    /// Bits depend on which is taken: a pure function of the sizes and the instruction set.
    @Test func bestCopy_ofSizes_isThatOfTheMeasurements() {
        func copy(m: Int, n: Int, transposedB: Bool = false, _ operands: NumberType = .float32, hasAVX512: Bool = false)
            -> MatrixProduct.Copy
        {
            let sizes = MatrixProduct.Sizes(m: m, n: n, k: 2048, transposedB: transposedB, operands: operands)
            return MatrixProduct.bestCopy(sizes, hasAVX512: hasAVX512)
        }
        #expect(copy(m: 256, n: 2048) == .padded && copy(m: 32, n: 512) == .padded)
        #expect(copy(m: 31, n: 2048) == .none && copy(m: 1024, n: 2048) == .none && copy(m: 256, n: 784) == .none)
        #expect(copy(m: 256, n: 2048, transposedB: true) == .none && copy(m: 256, n: 2048, .bfloat16) == .none)
        #expect(copy(m: 256, n: 2048, hasAVX512: true) == .none && copy(m: 1024, n: 2048, hasAVX512: true) == .packed)
    }

    @Test func linear_emptyBatch_givesEmptyOutputAndZeroGradients() throws {
        let tape = try makeTape()
        let x = tape.constant([], shape: [0, 4])
        let weight = tape.variable([1, 2, 3, 4], shape: [1, 4])
        let y = try x.linear(weight, nil)
        #expect(y.shape == [0, 1])
        try tape.backward(from: y.weightedSum([]))
        #expect(try #require(weight.gradient).allSatisfy { $0 == 0 })
    }

    /// With AVX-512 to the bit; oneDNN's older kernels choose another order of sums for other numbers of rows.
    @Test func linear_rowsOfAnyBatch_areTheSame() throws {
        let (xs, ws) = (randomFloats("x", 64 * 784), randomFloats("w", 10 * 784))
        func rows(_ count: Int) throws -> [Float] {
            let tape = try makeTape()
            let x = tape.constant(Array(xs.prefix(count * 784)), shape: [count, 784])
            return try x.linear(tape.constant(ws, shape: [10, 784]), nil).array
        }
        let all = try rows(64)
        for count in [1, 2, 15, 16, 33] {
            let (found, expected) = (try rows(count), Array(all.prefix(count * 10)))
            if OneDNN.hasAVX512 {
                #expect(found == expected, "batch of \(count)")
            } else {
                expectClose(found, expected.map(Double.init), tolerance: 1e-5, "batch of \(count)")
            }
        }
    }

    @Test func linear_wrongShapes_stopNamingBoth() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let tape = try makeTape()
            _ = try tape.constant([1, 2, 3], shape: [1, 3]).linear(tape.constant([1, 2], shape: [1, 2]), nil)
        }
        expectMessage(result, "linear does not accept the shapes [1, 3] and [1, 2] together")
    }

    private func expectGradient(_ tensor: Tensor, _ golden: [Float], _ what: String) throws {
        expectClose(try #require(tensor.gradient), golden.map(Double.init), tolerance: 1e-6, "\(what) gradient")
    }
}
