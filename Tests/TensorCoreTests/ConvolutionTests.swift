import Testing

@testable import TensorCore

@Suite struct ConvolutionTests {
    // float32 sums of up to a few thousand products of numbers below 1.
    private let tolerance = 1e-4

    struct Case: CustomTestStringConvertible, Sendable {
        let input: [Int]
        let outputs, kernel: Int
        var stride = 1
        var padding = 0
        var bias = true

        var reference: ConvolutionReference {
            ConvolutionReference(
                input: Shape(input), weight: [outputs, input[3], kernel, kernel], stride: stride, padding: padding)
        }

        var testDescription: String {
            "\(input) → \(outputs), \(kernel) × \(kernel), stride \(stride), padding \(padding)\(bias ? "" : ", no bias")"
        }
    }

    /// One image, one pixel, one channel; odd and prime sizes; channels below, on and beyond oneDNN's blocks of 8 and 16; those of
    /// LeNet and ResNet.
    static let cases = [
        Case(input: [1, 1, 1, 1], outputs: 1, kernel: 1), Case(input: [1, 3, 3, 1], outputs: 1, kernel: 3),
        Case(input: [2, 5, 4, 1], outputs: 6, kernel: 3, padding: 1),
        Case(input: [3, 9, 9, 7], outputs: 11, kernel: 3, stride: 2, padding: 1),
        Case(input: [2, 7, 5, 2], outputs: 2, kernel: 1, bias: false),
        Case(input: [2, 8, 8, 3], outputs: 16, kernel: 3, padding: 1),
        Case(input: [5, 14, 14, 6], outputs: 16, kernel: 5),
        Case(input: [2, 28, 28, 1], outputs: 6, kernel: 5, padding: 2),
        Case(input: [2, 8, 8, 16], outputs: 32, kernel: 1, stride: 2, bias: false),
        Case(input: [3, 7, 7, 32], outputs: 32, kernel: 3, padding: 1),
        Case(input: [2, 6, 7, 17], outputs: 13, kernel: 2),
        Case(input: [1, 11, 10, 8], outputs: 24, kernel: 4, stride: 3),
        Case(input: [2, 9, 3, 40], outputs: 5, kernel: 3, padding: 2, bias: false),
        Case(input: [17, 5, 5, 16], outputs: 1, kernel: 5),
        Case(input: [9, 11, 13, 1], outputs: 17, kernel: 3, stride: 2, padding: 1, bias: false),
        Case(input: [19, 8, 6, 1], outputs: 32, kernel: 5, padding: 4),
        Case(input: [2, 12, 15, 1], outputs: 16, kernel: 7, stride: 3, padding: 2),
        // One pixel of a kernel, every second or third of the image: where oneDNN gathers pixels first.
        Case(input: [2, 4, 4, 4], outputs: 6, kernel: 1, stride: 2),
        Case(input: [3, 26, 26, 6], outputs: 6, kernel: 1, stride: 2),
        Case(input: [64, 4, 4, 7], outputs: 8, kernel: 1, stride: 2),
        Case(input: [2, 27, 27, 5], outputs: 3, kernel: 1, stride: 3),
        Case(input: [2, 9, 9, 12], outputs: 16, kernel: 1, stride: 2, bias: false),
        Case(input: [2, 9, 9, 20], outputs: 16, kernel: 1, stride: 2, bias: false),
    ]

    @Test func convolution_goldenShapes_matchPyTorch() throws {
        for golden in try Golden.images().convolution {
            let tape = try makeTape()
            let x = tape.variable(golden.input, shape: Shape(golden.inputShape))
            let weight = tape.variable(golden.weight, shape: Shape(golden.weightShape))
            let bias = golden.bias.map { tape.variable($0, shape: Shape($0.count)) }
            let y = try x.convolution(weight, bias, stride: golden.stride, padding: golden.padding)
            try tape.backward(from: y.weightedSum(golden.upstream))
            #expect(y.shape == Shape(golden.outputShape))
            expectClose(y.array, golden.output.map(Double.init), tolerance: 1e-5, "output")
            try expectGradient(x, golden.inputGradient.map(Double.init), "input of \(golden.inputShape)", 1e-5)
            try expectGradient(weight, golden.weightGradient.map(Double.init), "weight of \(golden.inputShape)", 1e-5)
            if let bias, let expected = golden.biasGradient {
                try expectGradient(bias, expected.map(Double.init), "bias of \(golden.inputShape)", 1e-5)
            }
        }
    }

    @Test(arguments: cases)
    func convolution_anyShape_matchesDoubleReference(_ example: Case) throws {
        let (reference, tape) = (example.reference, try makeTape())
        let (xs, ws) = (randomFloats("x", reference.input.count), randomFloats("w", reference.weight.count))
        let bs = example.bias ? randomFloats("b", example.outputs) : nil
        let upstream = randomFloats("u", reference.output.count)
        let x = tape.variable(xs, shape: reference.input)
        let weight = tape.variable(ws, shape: reference.weight)
        let bias = bs.map { tape.variable($0, shape: Shape(example.outputs)) }
        let y = try x.convolution(weight, bias, stride: example.stride, padding: example.padding)
        try tape.backward(from: y.weightedSum(upstream))
        let doubles = (x: xs.map(Double.init), w: ws.map(Double.init), b: bs?.map(Double.init))
        let gradients = reference.gradients(doubles.x, doubles.w, upstream: upstream.map(Double.init))
        #expect(y.shape == reference.output)
        expectClose(
            y.array, reference.forward(doubles.x, doubles.w, doubles.b), tolerance: tolerance, "output")
        try expectGradient(x, gradients.input, "input", tolerance)
        try expectGradient(weight, gradients.weight, "weight", tolerance)
        if let bias { try expectGradient(bias, gradients.bias, "bias", tolerance) }
    }

    /// The reference itself, by central differences of `Σ upstream · y`.
    @Test func reference_centralDifferences_matchItsGradients() {
        let reference = Case(input: [2, 4, 3, 2], outputs: 3, kernel: 2, stride: 2, padding: 1).reference
        func doubles(_ name: String, _ count: Int) -> [Double] { randomFloats(name, count).map(Double.init) }
        let (x, w, b) = (doubles("x", reference.input.count), doubles("w", reference.weight.count), doubles("b", 3))
        let upstream = doubles("u", reference.output.count)
        func sum(_ x: [Double], _ w: [Double], _ b: [Double]) -> Double {
            zip(reference.forward(x, w, b), upstream).reduce(0) { $0 + $1.0 * $1.1 }
        }
        func differences(_ values: [Double], _ sum: ([Double]) -> Double) -> [Double] {
            values.indices.map { index in
                var (up, down) = (values, values)
                up[index] += 1e-5
                down[index] -= 1e-5
                return (sum(up) - sum(down)) / 2e-5
            }
        }
        let gradients = reference.gradients(x, w, upstream: upstream)
        let pairs = [
            (gradients.input, differences(x) { sum($0, w, b) }), (gradients.weight, differences(w) { sum(x, $0, b) }),
            (gradients.bias, differences(b) { sum(x, w, $0) }),
        ]
        for (gradient, difference) in pairs {
            expectClose(gradient.map { Float($0) }, difference, tolerance: 1e-6, "gradient")
        }
    }

    @Test(arguments: cases)
    func convolution_withReLU_equalsConvolutionAndReLU(_ example: Case) throws {
        func run(_ rectified: (Tensor, Tensor, Tensor) throws -> Tensor) throws -> [[Float]] {
            let (reference, tape) = (example.reference, try makeTape())
            let x = tape.variable(randomFloats("x", reference.input.count), shape: reference.input)
            let weight = tape.variable(randomFloats("w", reference.weight.count), shape: reference.weight)
            let bias = tape.variable(randomFloats("b", example.outputs), shape: Shape(example.outputs))
            let y = try rectified(x, weight, bias)
            try tape.backward(from: y.weightedSum(randomFloats("u", reference.output.count)))
            return try [y.array] + [x, weight, bias].map { Array(try #require($0.gradient)) }
        }
        let fused = try run {
            try $0.convolution($1, $2, stride: example.stride, padding: example.padding, relu: true)
        }
        let apart = try run {
            try $0.convolution($1, $2, stride: example.stride, padding: example.padding).relu()
        }
        #expect(fused == apart)
    }

    /// Three convolutions in a row hand their layouts on; the second and the third disagree about theirs.
    @Test func convolution_chained_matchesDoubleReference() throws {
        let first = Case(input: [2, 7, 7, 16], outputs: 32, kernel: 3, padding: 1).reference
        let second = ConvolutionReference(input: first.output, weight: [6, 32, 3, 3], stride: 2, padding: 1)
        let third = ConvolutionReference(input: second.output, weight: [5, 6, 2, 2], stride: 1, padding: 0)
        let tape = try makeTape()
        let xs = randomFloats("x", first.input.count)
        let x = tape.variable(xs, shape: first.input)
        let weights = [first, second, third].map { randomFloats("w\($0.weight)", $0.weight.count) }
        let upstream = randomFloats("u", third.output.count)
        var y = x
        for (reference, weight) in zip([first, second, third], weights) {
            y = try y.convolution(
                tape.constant(weight, shape: reference.weight), nil, stride: reference.stride,
                padding: reference.padding)
        }
        try tape.backward(from: y.weightedSum(upstream))
        let w = weights.map { $0.map(Double.init) }
        let a = first.forward(xs.map(Double.init), w[0], nil)
        let b = second.forward(a, w[1], nil)
        expectClose(y.array, third.forward(b, w[2], nil), tolerance: tolerance, "output")
        let db = third.gradients(b, w[2], upstream: upstream.map(Double.init)).input
        let da = second.gradients(a, w[1], upstream: db).input
        let dx = first.gradients(xs.map(Double.init), w[0], upstream: da).input
        try expectGradient(x, dx, "input", tolerance)
    }

    /// A reference kernel is hundreds of times slower, and chosen without a word. These shapes all have better ones.
    @Test(arguments: cases)
    func convolution_anyShape_usesNoReferenceKernel(_ example: Case) throws {
        let reference = example.reference
        let sizes = ConvolutionSizes(
            source: reference.input, weight: reference.weight,
            window: Window(stride: example.stride, padding: example.padding), bias: example.bias)
        let kernels = try ConvolutionKernels(sizes, gradients: (source: true, weight: true), on: ExecutionContext())
        let all = [kernels.forward, kernels.sourceGradient, kernels.weightGradient?.ofOneDNN]
        for kernel in all.compactMap({ $0 }) {
            #expect(!kernel.primitive.isReference, "\(kernel.primitive.implementation)")
        }
    }

    /// What a kernel destroys beyond its memory shows anywhere, or nowhere: so it is its choice that is tested. Blocked channels have
    /// whole blocks.
    @Test(arguments: [4, 5, 6, 7, 9, 12, 15, 16, 20, 24, 32], [2, 3])
    func convolution_ofSinglePixelsWithStride_takesNoKernelThatOverrunsItsWorkspace(channels: Int, stride: Int) throws {
        for outputs in [6, 8, 16] {
            let sizes = ConvolutionSizes(
                source: [2, 12, 12, channels], weight: [outputs, channels, 1, 1],
                window: Window(stride: stride, padding: 0), bias: false)
            for threads in [1, 2] {
                let context = try ExecutionContext(threadCount: threads)
                let kernels = try ConvolutionKernels(sizes, gradients: (source: true, weight: true), on: context)
                let kernel = try #require(kernels.weightGradient?.ofOneDNN)
                #expect(
                    channels.isMultiple(of: 16) || kernel.source != nil
                        || !kernel.primitive.implementation.contains("1x1"))
                #expect(!kernel.isReference)
            }
        }
    }

    @Test(arguments: [(true, false), (false, true), (false, false)])
    func convolution_someConstants_leavesTheOtherGradientsAsTheyAre(_ needs: (weight: Bool, bias: Bool)) throws {
        let example = Case(input: [2, 6, 6, 16], outputs: 16, kernel: 3)
        func gradients(weightNeeds: Bool, biasNeeds: Bool) throws -> (weight: [Float]?, bias: [Float]?, x: [Float]) {
            let (reference, tape) = (example.reference, try makeTape())
            func tensor(_ name: String, _ shape: Shape, _ needs: Bool) -> Tensor {
                let values = randomFloats(name, shape.count)
                return needs ? tape.variable(values, shape: shape) : tape.constant(values, shape: shape)
            }
            let x = tensor("x", reference.input, true)
            let (weight, bias) = (tensor("w", reference.weight, weightNeeds), tensor("b", [16], biasNeeds))
            let y = try x.convolution(weight, bias)
            try tape.backward(from: y.weightedSum(randomFloats("u", reference.output.count)))
            return (weight.gradient.map { Array($0) }, bias.gradient.map { Array($0) }, Array(try #require(x.gradient)))
        }
        let all = try gradients(weightNeeds: true, biasNeeds: true)
        let some = try gradients(weightNeeds: needs.weight, biasNeeds: needs.bias)
        #expect(some.x == all.x)
        #expect(some.weight == (needs.weight ? all.weight : nil))
        #expect(some.bias == (needs.bias ? all.bias : nil))
    }

    @Test(arguments: [false, true])
    func convolution_nan_reachesEveryPlaceItTouches(relu: Bool) throws {
        let tape = try makeTape()
        var values = randomFloats("x", 4 * 4 * 16)
        values[0] = .nan
        let weight = tape.variable(randomFloats("w", 16 * 16 * 9), shape: [16, 16, 3, 3])
        let y = try tape.constant(values, shape: [1, 4, 4, 16]).convolution(weight, nil, padding: 1, relu: relu)
        let isTouched = (0..<y.shape.count).map { $0 / 64 < 2 && $0 / 16 % 4 < 2 }
        #expect(y.array.map(\.isNaN) == isTouched)
    }

    @Test func convolution_emptyBatch_givesEmptyOutputAndZeroGradients() throws {
        let tape = try makeTape()
        let x = tape.variable([], shape: [0, 5, 5, 2])
        let weight = tape.variable(randomFloats("w", 3 * 2 * 9), shape: [3, 2, 3, 3])
        let bias = tape.variable(randomFloats("b", 3), shape: [3])
        let y = try x.convolution(weight, bias)
        #expect(y.shape == [0, 3, 3, 3])
        try tape.backward(from: y.weightedSum([]))
        #expect(try #require(weight.gradient).allSatisfy { $0 == 0 })
        #expect(try #require(bias.gradient).allSatisfy { $0 == 0 })
    }

    /// What blocks of samples, and evaluation, rest on.
    @Test(arguments: [cases[7], cases[9]])
    func convolution_imagesOfAnyBatch_haveTheSameBits(_ example: Case) throws {
        let size = example.reference.input.count / example.input[0]
        let (xs, ws) = (randomFloats("x", 9 * size), randomFloats("w", example.reference.weight.count))
        func images(_ count: Int) throws -> [Float] {
            let tape = try makeTape()
            let x = tape.constant(Array(xs.prefix(count * size)), shape: Shape([count] + example.input.dropFirst()))
            return try x.convolution(
                tape.constant(ws, shape: example.reference.weight), nil, padding: example.padding
            ).array
        }
        let all = try images(9)
        for count in [1, 2, 5] { #expect(try images(count) == Array(all.prefix(all.count / 9 * count))) }
    }

    @Test func reset_afterConvolutions_takesNoNewMemory() throws {
        let tape = try makeTape()
        func step() throws {
            tape.reset()
            let x = tape.constant(randomFloats("x", 2 * 8 * 8 * 3), shape: [2, 8, 8, 3])
            let first = tape.variable(randomFloats("w", 6 * 3 * 9), shape: [6, 3, 3, 3])
            let second = tape.variable(randomFloats("v", 16 * 6 * 9), shape: [16, 6, 3, 3])
            let y = try x.convolution(first, nil, relu: true).convolution(second, nil).maxPool(2, relu: true)
                .flattened()
            try tape.backward(from: y.weightedSum(randomFloats("u", y.shape.count)))
        }
        try step()
        let before = tape.context.pooledByteCount
        for _ in 0..<5 { try step() }
        #expect(tape.context.pooledByteCount == before)
    }

    @Test func convolution_wrongShapes_stopNamingBoth() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let tape = try makeTape()
            let weight = tape.constant([1], shape: [1, 1, 1, 1])
            _ = try tape.constant([1, 2], shape: [1, 1, 1, 2]).convolution(weight, nil)
        }
        expectMessage(result, "convolution does not accept the shapes [1, 1, 1, 2] and [1, 1, 1, 1] together")
    }

    @Test(arguments: [(2, 0, 0), (2, -1, 0), (2, 1, -1), (5, 1, 0)])
    func convolution_impossibleWindow_stopsNamingIt(kernel: Int, stride: Int, padding: Int) async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            [kernel, stride, padding] in
            let tape = try makeTape()
            let weight = tape.constant(randomFloats("w", kernel * 3), shape: [1, 1, kernel, 3])
            _ = try tape.constant(randomFloats("x", 16), shape: [1, 4, 4, 1]).convolution(
                weight, nil, stride: stride, padding: padding)
        }
        expectMessage(
            result,
            "convolution does not accept images of [1, 4, 4, 1] with a kernel of \(kernel) × 3, stride \(stride) and "
                + "padding \(padding).")
    }

    private func expectGradient(_ tensor: Tensor, _ expected: [Double], _ what: String, _ tolerance: Double) throws {
        expectClose(try #require(tensor.gradient), expected, tolerance: tolerance, "\(what) gradient")
    }
}
