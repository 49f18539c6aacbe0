import Testing

@testable import TensorCore

@Suite struct PoolingTests {
    /// A few units in the last place of float32.
    private let tolerance = 1e-6

    struct Case: CustomTestStringConvertible, Sendable {
        let input: [Int]
        let kernel, stride: Int
        var padding = 0

        var reference: PoolingReference {
            PoolingReference(input: Shape(input), kernel: kernel, stride: stride, padding: padding)
        }

        var testDescription: String { "\(input), kernel \(kernel), stride \(stride), padding \(padding)" }
    }

    /// One pixel and one channel; odd sizes that leave a rim; windows that overlap, touch and stand apart; channels around the
    /// sixteen of a line and the blocks of a layout.
    static let cases = [
        Case(input: [1, 1, 1, 1], kernel: 1, stride: 1), Case(input: [1, 2, 2, 1], kernel: 2, stride: 2),
        Case(input: [3, 5, 7, 6], kernel: 2, stride: 2), Case(input: [2, 4, 4, 16], kernel: 2, stride: 2),
        Case(input: [2, 7, 4, 17], kernel: 2, stride: 2), Case(input: [2, 6, 6, 33], kernel: 3, stride: 3),
        Case(input: [2, 7, 8, 5], kernel: 3, stride: 3), Case(input: [2, 6, 5, 16], kernel: 2, stride: 1),
        Case(input: [2, 7, 7, 12], kernel: 3, stride: 2, padding: 1), Case(input: [1, 9, 8, 20], kernel: 2, stride: 3),
        Case(input: [2, 3, 3, 7], kernel: 3, stride: 2, padding: 2), Case(input: [2, 7, 7, 64], kernel: 7, stride: 7),
        Case(input: [1, 300, 2, 3], kernel: 2, stride: 1, padding: 1),
    ]

    /// Row-major, and in blocks of oneDNN's sizes, whose last one is padded for most of the cases.
    static let blocks: [Int?] = [nil, 4, 8, 16]

    private func images(_ values: [Float], _ shape: Shape, block: Int?, on tape: Tape) throws -> (Tensor, Tensor) {
        let x = tape.variable(values, shape: shape)
        return (x, try x.laidOut(tape.context.layout(channelBlock: block, of: shape)))
    }

    @Test func pooling_goldenShapes_matchPyTorch() throws {
        let golden = try Golden.images()
        for (isMaximum, example) in golden.maxPool.map({ (true, $0) }) + golden.averagePool.map({ (false, $0) }) {
            let tape = try makeTape()
            let x = tape.variable(example.input, shape: Shape(example.inputShape))
            let y =
                isMaximum
                ? try x.maxPool(example.kernel, stride: example.stride, padding: example.padding)
                : try x.averagePool(
                    example.kernel, stride: example.stride, padding: example.padding,
                    countsPadding: example.countsPadding ?? true)
            try tape.backward(from: y.weightedSum(example.upstream))
            #expect(y.shape == Shape(example.outputShape))
            expectClose(y.array, example.output.map(Double.init), tolerance: tolerance, "output")
            expectClose(
                try #require(x.gradient), example.inputGradient.map(Double.init), tolerance: tolerance, "gradient")
        }
    }

    @Test(arguments: cases, blocks)
    func maxPool_anyShapeAndLayout_matchesReference(_ example: Case, block: Int?) throws {
        let (reference, tape) = (example.reference, try makeTape())
        // Fourths of whole numbers, so that there are ties.
        let values = randomFloats("x", reference.input.count).map { ($0 * 8).rounded() / 4 }
        let upstream = randomFloats("u", reference.output.count)
        for relu in [false, true] {
            let (x, laidOut) = try images(values, reference.input, block: block, on: tape)
            let y = try laidOut.maxPool(example.kernel, stride: example.stride, padding: example.padding, relu: relu)
            try tape.backward(from: y.weightedSum(upstream))
            let (greatest, places) = reference.greatest(values.map(Double.init))
            let output = relu ? greatest.map { max($0, 0) } : greatest
            var gradient = [Double](repeating: 0, count: values.count)
            for (index, place) in places.enumerated() where !relu || output[index] > 0 {
                gradient[place] += Double(upstream[index])
            }
            #expect(y.shape == reference.output)
            expectClose(y.array, output, tolerance: 0, "output")
            expectClose(try #require(x.gradient), gradient, tolerance: tolerance, "gradient")
            try expectZeroPadding(y)
        }
    }

    @Test(arguments: cases, blocks)
    func averagePool_anyShapeAndLayout_matchesReference(_ example: Case, block: Int?) throws {
        let (reference, tape) = (example.reference, try makeTape())
        let values = randomFloats("x", reference.input.count)
        let upstream = randomFloats("u", reference.output.count)
        for countsPadding in [false, true] {
            let (x, laidOut) = try images(values, reference.input, block: block, on: tape)
            let y = try laidOut.averagePool(
                example.kernel, stride: example.stride, padding: example.padding, countsPadding: countsPadding)
            try tape.backward(from: y.weightedSum(upstream))
            #expect(y.shape == reference.output)
            expectClose(
                y.array, reference.mean(values.map(Double.init), countsPadding: countsPadding), tolerance: tolerance,
                "output")
            expectClose(
                try #require(x.gradient),
                reference.meanGradient(upstream.map(Double.init), countsPadding: countsPadding), tolerance: tolerance,
                "gradient")
            try expectZeroPadding(y)
        }
    }

    /// That a pooling behind a rectifier may take it over rests on this, ties at zero included.
    @Test(arguments: cases)
    func maxPool_withReLU_equalsReLUBeforeIt(_ example: Case) throws {
        func run(_ pooled: (Tensor) throws -> Tensor) throws -> [[Float]] {
            let tape = try makeTape()
            let values = randomFloats("x", example.reference.input.count).map { ($0 * 4).rounded() }
            let x = tape.variable(values, shape: example.reference.input)
            let y = try pooled(x)
            try tape.backward(from: y.weightedSum(randomFloats("u", example.reference.output.count)))
            return [y.array, Array(try #require(x.gradient))]
        }
        let fused = try run {
            try $0.maxPool(example.kernel, stride: example.stride, padding: example.padding, relu: true)
        }
        let apart = try run {
            try $0.relu().maxPool(example.kernel, stride: example.stride, padding: example.padding)
        }
        #expect(fused == apart)
    }

    @Test(arguments: blocks, [false, true])
    func maxPool_nan_isGreaterThanAnything(block: Int?, relu: Bool) throws {
        for place in 0..<4 {
            let tape = try makeTape()
            // Channel 3 of 5 is NaN at one of the four pixels, and infinite at the others.
            var values = [Float](repeating: 1, count: 4 * 5)
            for pixel in 0..<4 { values[pixel * 5 + 3] = pixel == place ? .nan : .infinity }
            let (x, laidOut) = try images(values, [1, 2, 2, 5], block: block, on: tape)
            let y = try laidOut.maxPool(2, relu: relu)
            try tape.backward(from: y.weightedSum([1, 2, 3, 4, 5]))
            #expect(y.array.map(\.isNaN) == [false, false, false, true, false])
            let gradient = try #require(x.gradient)
            #expect((0..<4).map { gradient[$0 * 5 + 3] } == (0..<4).map { $0 == place ? 4 : 0 })
        }
    }

    @Test(arguments: blocks)
    func averagePool_nan_reachesItsWindowsAndNoOther(block: Int?) throws {
        let tape = try makeTape()
        var values = randomFloats("x", 4 * 4 * 3)
        values[(1 * 4 + 2) * 3 + 1] = .nan
        let y = try images(values, [1, 4, 4, 3], block: block, on: tape).1.averagePool(2)
        #expect(y.array.map(\.isNaN) == (0..<12).map { $0 == 1 * 3 + 1 })
    }

    @Test func maxPool_allMinusInfinity_sendsTheGradientToTheFirst() throws {
        let tape = try makeTape()
        let x = tape.variable([Float](repeating: -.infinity, count: 9), shape: [1, 3, 3, 1])
        let y = try x.maxPool(2, stride: 2, padding: 1)
        try tape.backward(from: y.weightedSum([1, 2, 3, 4]))
        #expect(y.array.allSatisfy { $0 == -.infinity })
        #expect(Array(try #require(x.gradient)) == [1, 2, 0, 3, 4, 0, 0, 0, 0])
    }

    /// Large enough for threads to share the images.
    @Test func pooling_anyNumberOfThreads_hasTheSameBits() throws {
        func run(_ threads: Int) throws -> [[Float]] {
            let tape = Tape(context: try ExecutionContext(threadCount: threads))
            let x = tape.variable(randomFloats("x", 37 * 16 * 16 * 6), shape: [37, 16, 16, 6])
            let (first, second) = (try x.maxPool(2, relu: true), try x.averagePool(3, stride: 2, padding: 1))
            try tape.backward(from: first.weightedSum(randomFloats("u", first.shape.count)))
            let gradient = Array(try #require(x.gradient))
            let z = tape.variable(randomFloats("x", 37 * 16 * 16 * 6), shape: [37, 16, 16, 6])
            let third = try z.averagePool(2)
            try tape.backward(from: third.weightedSum(randomFloats("u", third.shape.count)))
            return [first.array, second.array, third.array, gradient, Array(try #require(z.gradient))]
        }
        let one = try run(1)
        for threads in [2, 3, 5] { #expect(try run(threads) == one, "\(threads) threads") }
    }

    @Test func pooling_emptyBatch_staysEmpty() throws {
        let tape = try makeTape()
        let x = tape.variable([], shape: [0, 4, 4, 3])
        let (first, second) = (try x.maxPool(2), try x.averagePool(2))
        #expect(first.shape == [0, 2, 2, 3] && second.shape == [0, 2, 2, 3])
        try tape.backward(from: first.weightedSum([]))
        #expect(try #require(x.gradient).isEmpty)
    }

    @Test(arguments: [(2, 2, 2), (2, 0, 0), (2, -1, 0), (2, 1, -1), (3, 1, 0), (-1, 1, 0), (256, 1, 255)])
    func pooling_impossibleWindow_stopsNamingIt(kernel: Int, stride: Int, padding: Int) async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            [kernel, stride, padding] in
            let tape = try makeTape()
            let images = tape.constant([1, 2, 3, 4], shape: [1, 2, 2, 1])
            _ = try images.maxPool(kernel, stride: stride, padding: padding)
        }
        expectMessage(
            result,
            "max pooling does not accept images of [1, 2, 2, 1] with a kernel of \(kernel) × \(kernel), stride \(stride) "
                + "and padding \(padding).")
    }

    /// What pads a layout must be zero, or a later convolution would read what is not there.
    private func expectZeroPadding(_ y: Tensor) throws {
        let before = (0..<y.memoryCount).map { y.memory[$0] }
        let again = try y.plain().laidOut(y.layout)
        let copy = y.tape.constant(y.array, shape: y.shape)
        let clean = try copy.laidOut(y.layout)
        #expect(before == (0..<clean.memoryCount).map { clean.memory[$0] })
        #expect(again.id == y.id)
    }
}
