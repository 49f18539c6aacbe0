import Testing

@testable import TensorCore

@Suite struct ReducedPrecisionLinearTests {
    // The operands are exact in the reference too; what differs is float32 sums of up to a thousand products of numbers below 1.
    private let tolerance = 2e-5

    @Test func probe_withoutInstructions_saysNo() {
        if !ReducedPrecision.processorHasIt { #expect(!OneDNN.multipliesBFloat16) }
        if OneDNN.multipliesBFloat16 { #expect(ReducedPrecision.isNative) }
    }

    @Test func context_whereOneDNNHasNoBFloat16_isRefused() throws {
        guard !ReducedPrecision.isNative else {
            #expect(try ExecutionContext(precision: .bfloat16).precision == .bfloat16)
            return
        }
        let error = #expect(throws: OneDNNError.self) { try ExecutionContext(precision: .bfloat16) }
        #expect(error?.isNotImplemented == true)
    }

    struct Case: Sendable {
        let precision: ComputePrecision
        let batch, input, output: Int
        let relu: Bool
    }

    static let cases = ReducedPrecision.forms.flatMap { form in
        [(1, 1, 1), (3, 7, 5), (17, 31, 1), (64, 13, 10), (130, 257, 33), (64, 784, 10), (3, 5, 1031)].flatMap {
            sizes in
            [false, true].map {
                Case(precision: form, batch: sizes.0, input: sizes.1, output: sizes.2, relu: $0)
            }
        }
    }

    @Test(arguments: cases)
    func linear_randomShapes_matchesDoubleReferenceOnRoundedOperands(_ example: Case) throws {
        let (batch, input, output) = (example.batch, example.input, example.output)
        let (xs, ws, bs) = (
            randomFloats("x", batch * input), randomFloats("w", output * input), randomFloats("b", output)
        )
        let upstream = randomFloats("u", batch * output)
        let tape = try ReducedPrecision.tape(example.precision)
        let x = tape.variable(xs, shape: [batch, input])
        let weight = tape.variable(ws, shape: [output, input])
        let bias = tape.variable(bs, shape: [output])
        let y = try x.linear(weight, bias, relu: example.relu)
        try tape.backward(from: y.weightedSum(upstream))

        let (x64, w64) = (ReducedPrecision.rounded(xs), ReducedPrecision.rounded(ws))
        let sums = (0..<batch * output).map { index in
            let (n, o) = (index / output, index % output)
            return (0..<input).reduce(Double(bs[o])) { $0 + x64[n * input + $1] * w64[o * input + $1] }
        }
        // The gradient behind the rectifier is rounded for the products, but not for the bias.
        let dy = zip(upstream, y.array).map { example.relu && $1 <= 0 ? 0 : $0 }
        let d64 = ReducedPrecision.rounded(dy)
        let dx = (0..<batch * input).map { index in
            (0..<output).reduce(0.0) { $0 + d64[index / input * output + $1] * w64[$1 * input + index % input] }
        }
        let dw = (0..<output * input).map { index in
            (0..<batch).reduce(0.0) { $0 + d64[$1 * output + index / input] * x64[$1 * input + index % input] }
        }
        let db = (0..<output).map { o in (0..<batch).reduce(0.0) { $0 + Double(dy[$1 * output + o]) } }
        expectClose(y.array, example.relu ? sums.map { max($0, 0) } : sums, tolerance: tolerance, "output")
        expectClose(try #require(x.gradient), dx, tolerance: tolerance, "input gradient")
        expectClose(try #require(weight.gradient), dw, tolerance: tolerance, "weight gradient")
        expectClose(try #require(bias.gradient), db, tolerance: tolerance, "bias gradient")
    }

    @Test(arguments: ReducedPrecision.forms)
    func linear_notANumberAndInfinity_stayWhatTheyAre(precision: ComputePrecision) throws {
        let tape = try ReducedPrecision.tape(precision)
        let x = tape.constant([.nan, 1, .infinity, 1, 3.4e38, 1], shape: [3, 2])
        let y = try x.linear(tape.constant([1, 1], shape: [1, 2]), nil, relu: true)
        #expect(y.array[0].isNaN)
        // The greatest float32 numbers lie nearer to infinity than to any bfloat16.
        #expect(y.array[1...] == [.infinity, .infinity])
    }

    @Test(arguments: ReducedPrecision.forms)
    func linear_emptyBatch_givesZeroGradients(precision: ComputePrecision) throws {
        let tape = try ReducedPrecision.tape(precision)
        let weight = tape.variable([1, 2, 3, 4], shape: [1, 4])
        let y = try tape.constant([], shape: [0, 4]).linear(weight, nil)
        try tape.backward(from: y.weightedSum([]))
        #expect(try #require(weight.gradient).allSatisfy { $0 == 0 })
    }
}
