import Testing

@testable import TensorCore

@Suite struct ReducedPrecisionConvolutionTests {
    // The operands are exact in the reference too; what differs is float32 sums of up to a few thousand products of numbers below 1.
    private let tolerance = 1e-4

    struct Case: CustomTestStringConvertible, Sendable {
        let precision: ComputePrecision
        let sizes: ConvolutionTests.Case
        var testDescription: String { "\(precision), \(sizes.testDescription)" }
    }

    static let cases = ReducedPrecision.forms.flatMap { form in
        ConvolutionTests.cases.map { Case(precision: form, sizes: $0) }
    }

    /// Images of up to three channels stay float32.
    @Test(arguments: cases, [false, true])
    func convolution_randomShapes_matchesDoubleReferenceOnRoundedOperands(_ example: Case, relu: Bool) throws {
        let (sizes, reference) = (example.sizes, example.sizes.reference)
        let (xs, ws) = (randomFloats("x", reference.input.count), randomFloats("w", reference.weight.count))
        let (bs, upstream) = (randomFloats("b", sizes.outputs), randomFloats("u", reference.output.count))
        let tape = try ReducedPrecision.tape(example.precision)
        let x = tape.variable(xs, shape: reference.input)
        let weight = tape.variable(ws, shape: reference.weight)
        let bias = sizes.bias ? tape.variable(bs, shape: Shape(sizes.outputs)) : nil
        let y = try x.convolution(weight, bias, stride: sizes.stride, padding: sizes.padding, relu: relu)
        try tape.backward(from: y.weightedSum(upstream))

        func operand(_ values: [Float]) -> [Double] {
            reference.input[3] <= 3 ? values.map(Double.init) : ReducedPrecision.rounded(values)
        }
        let sums = reference.forward(operand(xs), operand(ws), sizes.bias ? bs.map(Double.init) : nil)
        let dy = zip(upstream, y.array).map { relu && $1 <= 0 ? 0 : $0 }
        let gradients = reference.gradients(operand(xs), operand(ws), upstream: operand(dy))
        expectClose(y.array, relu ? sums.map { max($0, 0) } : sums, tolerance: tolerance, "output")
        expectClose(try #require(x.gradient), gradients.input, tolerance: tolerance, "input gradient")
        expectClose(try #require(weight.gradient), gradients.weight, tolerance: tolerance, "weight gradient")
        // oneDNN sums the bias gradient of what it is given.
        if let bias {
            expectClose(try #require(bias.gradient), gradients.bias, tolerance: tolerance, "bias gradient")
        }
    }

    /// One tensor as the source of two, and a chain whose layouts change on the way.
    @Test(arguments: ReducedPrecision.forms)
    func convolution_branchesAndChain_addTheirGradients(precision: ComputePrecision) throws {
        func gradients(_ precision: ComputePrecision) throws -> [[Float]] {
            let tape = try ReducedPrecision.tape(precision)
            let x = tape.variable(randomFloats("x", 2 * 7 * 7 * 16), shape: [2, 7, 7, 16])
            let weights = [[32, 16, 3, 3], [32, 16, 1, 1], [6, 32, 3, 3], [5, 6, 2, 2]].map { sizes in
                tape.variable(randomFloats("w\(sizes)", Shape(sizes).count).map { $0 / 8 }, shape: Shape(sizes))
            }
            let branches = try x.convolution(weights[0], nil, padding: 1).add(x.convolution(weights[1], nil))
            let y = try branches.convolution(weights[2], nil, padding: 1).convolution(weights[3], nil)
            try tape.backward(from: y.weightedSum(randomFloats("u", y.shape.count)))
            return try [y.array] + ([x] + weights).map { Array(try #require($0.gradient)) }
        }
        // Roundings of 2⁻⁹ relative each, a handful of them in a row; the numbers are of the order of 1.
        for (result, exact) in zip(try gradients(precision), try gradients(.float32)) {
            expectClose(result, exact.map(Double.init), tolerance: 0.15, "\(result.count) numbers")
            #expect(result != exact)
        }
    }

    @Test(arguments: ReducedPrecision.forms)
    func reset_afterReducedPrecision_takesNoNewMemory(precision: ComputePrecision) throws {
        let tape = try ReducedPrecision.tape(precision)
        func step() throws {
            tape.reset()
            let x = tape.constant(randomFloats("x", 2 * 8 * 8 * 3), shape: [2, 8, 8, 3])
            let first = tape.variable(randomFloats("w", 6 * 3 * 9), shape: [6, 3, 3, 3])
            let second = tape.variable(randomFloats("v", 16 * 6 * 9), shape: [16, 6, 3, 3])
            let third = tape.variable(randomFloats("l", 5 * 64), shape: [5, 64])
            let y = try x.convolution(first, nil, relu: true).convolution(second, nil).maxPool(2, relu: true)
                .flattened().linear(third, nil)
            try tape.backward(from: y.weightedSum(randomFloats("u", y.shape.count)))
        }
        try step()
        let before = tape.context.pooledByteCount
        for _ in 0..<5 { try step() }
        #expect(tape.context.pooledByteCount == before)
    }

    /// A layout is known by the strides and blocks of its bfloat16 form, which oneDNN describes on any processor.
    @Test func layout_ofBFloat16_isFoundInFloat32() throws {
        let shape: Shape = [2, 5, 4, 24]
        for arrangement in [ImageArrangement.channelsLast, .channelsFirst] {
            let found = try ImageArrangement.inFloat32(arrangement.descriptor(shape, of: .bfloat16), of: shape)
            #expect(try found.equals(arrangement.descriptor(shape)))
        }
        for block in [16, 8, 4] {
            let narrow = try Descriptor(shape.descriptorSizes, channelBlock: block, of: .bfloat16)
            let found = try ImageArrangement.inFloat32(narrow, of: shape)
            #expect(try found.equals(Descriptor(shape.descriptorSizes, channelBlock: block)))
            #expect(found.byteCount == 2 * narrow.byteCount)
        }
        let own = try Descriptor(shape.descriptorSizes, strides: [480, 4, 96, 1], of: .bfloat16)
        let error = #expect(throws: OneDNNError.self) { try ImageArrangement.inFloat32(own, of: shape) }
        #expect(error?.isNotImplemented == true)
    }
}
