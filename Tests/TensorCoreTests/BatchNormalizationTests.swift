import TestSupport
import Testing

@testable import TensorCore

@Suite struct BatchNormalizationTests {
    /// Float32 numbers of size 1 after a handful of operations each; sums are taken in blocks and then in Double.
    private static let tolerance = 1e-5

    /// How images lie in memory: row-major, or in blocks of so many channels.
    private static let blocks: [Int?] = [nil, 4, 8, 16]

    enum Form: CaseIterable {
        case plain, rectified, residual, sum, evaluation

        var relu: Bool { self != .plain && self != .sum }
        var hasShortcut: Bool { self == .residual || self == .sum }
    }

    private struct Outcome {
        let output, moments, x, weight, bias: [Float]
        let shortcut: [Float]?
    }

    /// One call with its gradients.
    private func run(
        _ form: Form, _ values: Values, shape: Shape, block: Int? = nil, upstream: [Float], threads: Int = 1,
        reducer: StatisticsReducer? = nil
    ) throws -> Outcome {
        let tape = Tape(context: try ExecutionContext(threadCount: threads))
        tape.statisticsReducer = reducer
        let x = tape.variable(values.x, shape: shape)
        let (weight, bias) = (
            tape.variable(values.weight, shape: [values.channels]), tape.variable(values.bias, shape: [values.channels])
        )
        let shortcut = form.hasShortcut ? tape.variable(values.shortcut, shape: shape) : nil
        let input = try x.inBlocks(of: block)
        var moments: [Float] = []
        let y: Tensor
        if form == .evaluation {
            let (mean, variance) = (
                tape.constant(values.mean, shape: [values.channels]),
                tape.constant(values.variance, shape: [values.channels])
            )
            y = try input.normalized(mean: mean, variance: variance, weight, bias, relu: true)
        } else {
            let result = try input.batchNormalized(weight, bias, shortcut: shortcut, relu: form.relu)
            (y, moments) = (result.output, result.moments.array)
        }
        #expect(y.layout === input.layout)
        try tape.backward(from: y.weightedSum(upstream))
        func gradient(_ tensor: Tensor) throws -> [Float] { Array(try #require(tensor.gradient)) }
        return Outcome(
            output: y.array, moments: moments, x: try gradient(x), weight: try gradient(weight),
            bias: try gradient(bias),
            shortcut: try shortcut.map(gradient))
    }

    private struct Values {
        let channels: Int
        var x, weight, bias, shortcut, mean, variance: [Float]

        init(_ shape: Shape, offset: Float = 0) {
            channels = shape[shape.rank - 1]
            x = randomFloats("x", shape.count).map { $0 + offset }
            weight = randomFloats("w", channels).map { $0 + 1.5 }
            bias = randomFloats("b", channels)
            shortcut = randomFloats("s", shape.count)
            mean = randomFloats("m", channels)
            variance = randomFloats("v", channels).map { $0 + 1.25 }
        }

        func reference(_ form: Form) -> BatchNormalizationReference {
            BatchNormalizationReference(
                channels: channels, x: x, weight: weight, bias: bias, shortcut: form.hasShortcut ? shortcut : nil,
                relu: form.relu, given: form == .evaluation ? (mean, variance) : nil)
        }
    }

    @Test(arguments: try BatchNormalizationGolden.load())
    func batchNorm_goldenShapes_matchPyTorch(_ golden: BatchNormalizationGolden.Case) throws {
        var values = Values(Shape(golden.shape))
        (values.x, values.weight, values.bias, values.shortcut) = (
            golden.input, golden.weight, golden.bias, golden.shortcut
        )
        (values.mean, values.variance) = (golden.runningMean, golden.runningVar)
        for (form, expected) in [
            (Form.plain, golden.plain), (.rectified, golden.rectified), (.residual, golden.residual),
            (.evaluation, golden.evaluation),
        ] {
            let found = try run(form, values, shape: Shape(golden.shape), upstream: golden.upstream)
            func expect(_ values: [Float], _ golden: [Float], _ what: String) {
                expectClose(values, golden.map(Double.init), tolerance: Self.tolerance, "\(form) \(what)")
            }
            expect(found.output, expected.output, "output")
            expect(found.x, expected.inputGradient, "input gradient")
            expect(found.weight, expected.weightGradient, "weight gradient")
            expect(found.bias, expected.biasGradient, "bias gradient")
            if form == .residual {
                expect(try #require(found.shortcut), try #require(expected.shortcutGradient), "shortcut gradient")
            }
        }
    }

    @Test(
        arguments: [
            [7, 3], [300, 33], [2, 3, 5, 16], [3, 17, 19, 5], [1, 1, 2, 31], [5, 7, 7, 64], [2, 23, 29, 24],
        ]
            as [Shape], Form.allCases)
    func batchNorm_randomShapes_matchesDoubleReference(shape: Shape, form: Form) throws {
        let (values, upstream) = (Values(shape), randomFloats("u", shape.count))
        let reference = values.reference(form)
        let gradients = reference.gradients(upstream)
        for block in shape.rank == 4 ? Self.blocks : [nil] {
            let found = try run(form, values, shape: shape, block: block, upstream: upstream)
            let which = "\(form), blocks of \(block ?? 0):"
            expectClose(found.output, reference.output, tolerance: Self.tolerance, "\(which) output")
            expectClose(found.x, gradients.x, tolerance: Self.tolerance, "\(which) input gradient")
            expectClose(found.weight, gradients.weight, tolerance: Self.tolerance, "\(which) weight gradient")
            expectClose(found.bias, gradients.bias, tolerance: Self.tolerance, "\(which) bias gradient")
            if let shortcut = found.shortcut {
                expectClose(shortcut, gradients.shortcut, tolerance: 0, "\(which) shortcut gradient")
            }
            if form != .evaluation {
                expectClose(
                    found.moments, reference.means + reference.squares, tolerance: Self.tolerance, "\(which) moments")
            }
        }
    }

    /// The reference's derivative against its own function: what the formulas say is what is computed.
    @Test(arguments: Form.allCases)
    func batchNorm_gradient_isTheCentralDifference(form: Form) throws {
        let shape: Shape = [2, 3, 2, 3]
        let (values, upstream) = (Values(shape), randomFloats("u", shape.count))
        let found = try run(form, values, shape: shape, upstream: upstream)
        func loss(_ change: (inout Values) -> Void) -> Double {
            var changed = values
            change(&changed)
            return zip(changed.reference(form).output, upstream).reduce(0) { $0 + $1.0 * Double($1.1) }
        }
        // Values are float32, so a step is exact at a power of two; its error is of second order.
        let step: Float = 0x1p-10
        func slope(_ path: WritableKeyPath<Values, [Float]>, _ index: Int) -> Double {
            (loss { $0[keyPath: path][index] += step } - loss { $0[keyPath: path][index] -= step }) / Double(2 * step)
        }
        expectClose(found.x, shape.indices.map { slope(\.x, $0) }, tolerance: 2e-3, "input gradient")
        expectClose(found.weight, (0..<3).map { slope(\.weight, $0) }, tolerance: 2e-3, "weight gradient")
        expectClose(found.bias, (0..<3).map { slope(\.bias, $0) }, tolerance: 2e-3, "bias gradient")
    }

    @Test(arguments: [nil, 16])
    func batchNorm_largeMean_losesNothing(block: Int?) throws {
        let shape: Shape = [20, 9, 9, 16]
        var values = Values(shape)
        // Multiples of 1/64 beside 2¹²: exact in Float, with sums of raw squares far beyond its digits.
        values.x = values.x.map { 4096 + ($0 * 64).rounded() / 64 }
        let upstream = randomFloats("u", shape.count)
        let found = try run(.plain, values, shape: shape, block: block, upstream: upstream)
        // A mean of 4096 is rounded to 2⁻¹², against a deviation of 0.6.
        expectClose(found.output, values.reference(.plain).output, tolerance: 1e-3, "output")
        let squares = Array(found.moments.suffix(16))
        expectClose(squares, values.reference(.plain).squares, tolerance: Self.tolerance, "sums of squares")
    }

    @Test(arguments: [1, 300])
    func batchNorm_equalValues_giveTheBiasAndNoGradient(count: Int) throws {
        let shape: Shape = [count, 3]
        var values = Values(shape)
        values.x = (0..<count).flatMap { _ in [0.1, -7.3, 1234.5] }
        let found = try run(.plain, values, shape: shape, upstream: (0..<3 * count).map { _ in 0.5 })
        expectClose(found.output, (0..<3 * count).map { Double(values.bias[$0 % 3]) }, tolerance: 1e-2, "output")
        #expect(count > 1 || found.output == values.bias)
        expectClose(found.x, (0..<3 * count).map { _ in 0 }, tolerance: 1e-4, "input gradient")
        expectClose(found.weight, [0, 0, 0], tolerance: 1e-2, "weight gradient")
        #expect(found.bias == [0.5, 0.5, 0.5].map { $0 * Float(count) })
    }

    @Test(arguments: Form.allCases, [nil, 16])
    func batchNorm_emptyBatch_givesEmptyOutputAndZeroGradients(form: Form, block: Int?) throws {
        let shape: Shape = [0, 2, 2, 5]
        let found = try run(form, Values(shape), shape: shape, block: block, upstream: [])
        #expect(found.output.isEmpty && found.x.isEmpty)
        #expect(found.weight == [0, 0, 0, 0, 0] && found.bias == [0, 0, 0, 0, 0])
        #expect(form == .evaluation || found.moments == Array(repeating: 0, count: 10))
    }

    @Test(arguments: Form.allCases, [Float.nan, .infinity, -.infinity])
    func batchNorm_oneValueNotFinite_makesItsChannelNaN(form: Form, value: Float) throws {
        let shape: Shape = [3, 5, 5, 7]
        var values = Values(shape)
        values.x[40 * 7 + 2] = value
        for block in Self.blocks {
            let found = try run(form, values, shape: shape, block: block, upstream: randomFloats("u", shape.count))
            for (index, output) in found.output.enumerated() where form != .evaluation {
                #expect(output.isNaN == (index % 7 == 2), "element \(index)")
            }
            #expect(!found.output[40 * 7 + 2].isFinite || value == -.infinity && form == .evaluation)
            #expect((0..<7).allSatisfy { form == .evaluation || found.weight[$0].isNaN == ($0 == 2) })
        }
    }

    @Test(arguments: Form.allCases)
    func batchNorm_padding_staysZero(form: Form) throws {
        let (shape, tape): (Shape, Tape) = ([2, 3, 3, 5], try makeTape())
        let values = Values(shape)
        let x = try tape.variable(values.x, shape: shape).inBlocks(of: 8)
        let (weight, bias) = (tape.constant(values.weight, shape: [5]), tape.constant(values.bias, shape: [5]))
        let shortcut = form.hasShortcut ? tape.constant(values.shortcut, shape: shape) : nil
        let y =
            if form == .evaluation {
                try x.normalized(
                    mean: tape.constant(values.mean, shape: [5]), variance: tape.constant(values.variance, shape: [5]),
                    weight, bias, relu: true)
            } else {
                try x.batchNormalized(weight, bias, shortcut: shortcut, relu: form.relu).output
            }
        let memory = UnsafeBufferPointer(start: y.memory, count: y.memoryCount)
        #expect(memory.count == 2 * 9 * 8)
        #expect(memory.indices.allSatisfy { $0 % 8 < 5 || memory[$0] == 0 })
    }

    /// Large enough for threads to share the work.
    @Test(arguments: [[200, 300], [3, 40, 40, 32], [2, 50, 60, 7]] as [Shape], Form.allCases)
    func batchNorm_anyNumberOfThreads_givesTheSameBits(shape: Shape, form: Form) throws {
        let (values, upstream) = (Values(shape), randomFloats("u", shape.count))
        for block in shape.rank == 4 ? Self.blocks : [nil] {
            let one = try run(form, values, shape: shape, block: block, upstream: upstream)
            for threads in [2, 3] {
                let several = try run(
                    form, values, shape: shape, block: block, upstream: upstream, threads: threads)
                let which: Comment = "\(threads) threads, blocks of \(block ?? 0)"
                #expect(several.output == one.output && several.moments == one.moments, which)
                #expect(several.x == one.x && several.weight == one.weight && several.bias == one.bias, which)
                #expect(several.shortcut == one.shortcut, which)
            }
        }
    }

    /// Two pieces that reduce over each other are one batch, but that each has its own part of the parameters' gradients.
    @Test(arguments: [Form.plain, .rectified, .residual], [0, 1, 5])
    func batchNorm_withReducer_normalisesByAllPieces(form: Form, first: Int) throws {
        let (shape, row): (Shape, Int) = ([8, 3, 3, 5], 45)
        let (whole, upstream) = (Values(shape), randomFloats("u", shape.count))
        let expected = try run(form, whole, shape: shape, upstream: upstream)
        var pieces: [Outcome] = []
        let cut = [0..<first, first..<8]
        // What the other piece contributes to the forward and to the backward reduction, from a run of its own before.
        var contributions: [[[Double]]] = [[], []]
        func places(_ piece: Int) -> Range<Int> { cut[piece].lowerBound * row..<cut[piece].upperBound * row }
        func values(_ piece: Int) -> Values {
            var values = whole
            values.x = Array(whole.x[places(piece)])
            values.shortcut = Array(whole.shortcut[places(piece)])
            return values
        }
        func runPiece(_ piece: Int, _ reducer: @escaping StatisticsReducer) throws -> Outcome {
            try run(
                form, values(piece), shape: [cut[piece].count, 3, 3, 5], upstream: Array(upstream[places(piece)]),
                reducer: reducer)
        }
        // The backward sums depend on the forward reduction: three rounds until each piece knows both of the other.
        for round in 0..<3 {
            let known = contributions
            contributions = [[], []]
            pieces = try (0..<2).map { piece in
                var call = 0
                return try runPiece(piece) { sums in
                    contributions[piece].append(Array(sums))
                    let others = known[1 - piece]
                    if round > 0 { for index in sums.indices { sums[index] += others[call][index] } }
                    call += 1
                }
            }
        }
        func expect(_ path: KeyPath<Outcome, [Float]>, _ what: String) {
            expectClose(
                pieces[0][keyPath: path] + pieces[1][keyPath: path], expected[keyPath: path].map(Double.init),
                tolerance: Self.tolerance, what)
        }
        expect(\.output, "output")
        expect(\.x, "input gradient")
        func expectSum(_ path: KeyPath<Outcome, [Float]>, _ what: String) {
            let sums = zip(pieces[0][keyPath: path], pieces[1][keyPath: path]).map { $0 + $1 }
            expectClose(sums, expected[keyPath: path].map(Double.init), tolerance: Self.tolerance, what)
        }
        expectSum(\.weight, "weight gradient")
        expectSum(\.bias, "bias gradient")
        for (index, piece) in pieces.enumerated() {
            let own = values(index).reference(form)
            expectClose(piece.moments, own.means + own.squares, tolerance: Self.tolerance, "moments of \(index)")
        }
    }

    @Test func batchNorm_usedTwice_addsItsGradients() throws {
        let tape = try makeTape()
        let values = Values([4, 3])
        let x = tape.variable(values.x, shape: [4, 3])
        let (weight, bias) = (tape.variable(values.weight, shape: [3]), tape.variable(values.bias, shape: [3]))
        let upstream = randomFloats("u", 12)
        let once = try run(.plain, values, shape: [4, 3], upstream: upstream)
        let y = try x.batchNormalized(weight, bias).output.add(x.batchNormalized(weight, bias).output)
        try tape.backward(from: y.weightedSum(upstream))
        expectClose(try #require(x.gradient), once.x.map { 2 * Double($0) }, tolerance: 1e-6, "input gradient")
        expectClose(
            try #require(weight.gradient), once.weight.map { 2 * Double($0) }, tolerance: 1e-6, "weight gradient")
    }

    @Test func batchNorm_wrongShapes_stopNamingBoth() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let tape = try makeTape()
            let three = tape.constant([1, 2, 3], shape: [3])
            _ = try tape.constant([1, 2], shape: [1, 2]).batchNormalized(three, three)
        }
        expectMessage(result, "does not accept the shapes [1, 2] and [3] together")
    }

    @Test func batchNorm_kernelLimit_countsOneDNNsKernels() throws {
        let tape = try makeTape()
        let shape: Shape = [2, 4, 4, 16]
        let values = Values(shape)
        let x = try tape.variable(values.x, shape: shape).inBlocks(of: 16)
        let (weight, bias) = (tape.variable(values.weight, shape: [16]), tape.variable(values.bias, shape: [16]))
        _ = try x.batchNormalized(weight, bias, relu: true).output.batchNormalized(
            weight, bias, shortcut: x, relu: true)
        let names = try tape.records.flatMap { try $0.operation.kernels(for: $0, on: tape) }.map(\.name)
        let norm = ["batch norm forward", "batch norm backward"]
        #expect(
            names.filter { !$0.contains("reorder") } == norm + norm + [
                "add forward", "add backward", "relu forward", "relu backward",
            ])
        #expect(try KernelLimit(tape).measure() > 0)
    }
}

extension Tensor {
    /// These images in blocks of so many channels.
    func inBlocks(of size: Int?) throws -> Tensor {
        guard let size else { return self }
        let descriptor = try Descriptor(shape.descriptorSizes, channelBlock: size)
        return try laidOut(tape.context.layout(descriptor, of: shape))
    }
}

extension Shape {
    fileprivate var indices: Range<Int> { 0..<count }
}
