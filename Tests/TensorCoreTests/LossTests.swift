import Testing

@testable import TensorCore

/// What every loss is held to.
@Suite struct LossTests {
    /// A few units in the last place of float32, through one exponential, one logarithm and a sum over a short row.
    private let tolerance = 2e-6

    static let shapes: [(Int, Int)] = [(1, 1), (1, 2), (3, 7), (17, 10), (33, 5), (64, 1), (2, 130)]

    @Test(arguments: LossUnderTest.all)
    func loss_goldenCases_matchPyTorch(_ loss: LossUnderTest) throws {
        for golden in loss.golden(try Golden.losses()) {
            let targets = LossUnderTest.Targets(labels: golden.labels, values: golden.targets)
            for (reduction, value, gradient) in [
                (LossReduction.none, golden.losses, golden.gradient), (.mean, [golden.mean], golden.meanGradient),
                (.sum, [golden.sum], golden.meanGradient.map { $0 * Float(golden.losses.count) }),
            ] {
                let tape = try makeTape()
                let x = tape.variable(golden.input, shape: Shape(golden.shape))
                let result = try loss(x, targets, reduction)
                try tape.backward(from: reduction == .none ? result.weightedSum(golden.upstream) : result)
                let what = "\(golden.shape), \(reduction)"
                expectClose(result.array, value.map(Double.init), tolerance: tolerance, what)
                expectClose(
                    try #require(x.gradient), gradient.map(Double.init), tolerance: tolerance, "gradient of \(what)")
            }
        }
    }

    @Test(arguments: LossUnderTest.all, shapes)
    func loss_randomShapes_matchesDoubleReference(_ loss: LossUnderTest, _ shape: (Int, Int)) throws {
        let (rows, columns) = shape
        let values = randomFloats("x", rows * columns).map { 4 * $0 }
        let targets = randomTargets(rows, columns)
        let reference = loss.reference(values.map(Double.init), targets, columns: columns)
        let upstream = randomFloats("upstream", reference.count)
        let tape = try makeTape()
        let x = tape.variable(values, shape: [rows, columns])
        let losses = try loss(x, targets, .none)
        try tape.backward(from: losses.weightedSum(upstream))
        expectClose(losses.array, reference, tolerance: tolerance, "losses")
        expectClose(
            try #require(x.gradient), loss.differences(values, targets, columns: columns, upstream: upstream),
            tolerance: tolerance, "gradient")
    }

    /// Whatever the number, the sum is divided by it, and so is the gradient; an upstream gradient multiplies it.
    @Test(arguments: LossUnderTest.all)
    func loss_reductions_divideTheSumOfTheLosses(_ loss: LossUnderTest) throws {
        let (rows, columns) = (5, 3)
        let targets = randomTargets(rows, columns)
        func run(_ reduction: LossReduction) throws -> (value: [Float], gradient: [Float]) {
            let tape = try makeTape()
            let x = tape.variable(randomFloats("x", rows * columns), shape: [rows, columns])
            let result = try loss(x, targets, reduction)
            try tape.backward(from: result.weightedSum([Float](repeating: -3, count: result.shape.count)))
            return (result.array, Array(try #require(x.gradient)))
        }
        let none = try run(.none)
        let total = none.value.reduce(0.0) { $0 + Double($1) }
        let count = Double(none.value.count)
        for (reduction, divisor) in [(LossReduction.sum, 1), (.mean, count), (.sumOver(7), 7)] {
            let result = try run(reduction)
            expectClose(result.value, [total / divisor], tolerance: 1e-6, "\(reduction)")
            expectClose(
                result.gradient, none.gradient.map { Double($0) / divisor }, tolerance: 1e-6,
                "gradient of \(reduction)")
        }
    }

    @Test(arguments: LossUnderTest.all)
    func loss_emptyBatch_isZeroAndItsMeanNaN(_ loss: LossUnderTest) throws {
        let nothing = LossUnderTest.Targets(labels: [], values: [])
        let tape = try makeTape()
        let x = tape.variable([], shape: [0, 3])
        #expect(try loss(x, nothing, .none).array.isEmpty)
        #expect(try loss(x, nothing, .sum).scalar == 0)
        #expect(try loss(x, nothing, .mean).scalar.isNaN)
        let value = try loss(x, nothing, .sumOver(8))
        try tape.backward(from: value)
        #expect(value.scalar == 0)
        #expect(try #require(x.gradient).isEmpty)
    }

    @Test(arguments: LossUnderTest.all)
    func loss_nan_reachesTheReducedLoss(_ loss: LossUnderTest) throws {
        let tape = try makeTape()
        let x = tape.variable([1, .nan, 2, 3], shape: [2, 2])
        let targets = LossUnderTest.Targets(labels: [1, 0], values: [0, 1, 1, 0])
        let losses = try loss(x, targets, .none)
        // The row, or the element, with the NaN, and no other.
        #expect(losses.array.count { $0.isNaN } == 1)
        #expect(try loss(x, targets, .mean).scalar.isNaN)
    }

    /// The contract behind slices: what a sample adds does not depend on its neighbours.
    @Test(arguments: LossUnderTest.all)
    func loss_rowsOfAnyBatch_haveTheSameBits(_ loss: LossUnderTest) throws {
        let (rows, columns) = (40, 7)
        let (values, targets) = (randomFloats("x", rows * columns), randomTargets(rows, columns))
        func gradient(_ range: Range<Int>) throws -> [Float] {
            let tape = try makeTape()
            let elements = range.lowerBound * columns..<range.upperBound * columns
            let x = tape.variable(Array(values[elements]), shape: [range.count, columns])
            let part = LossUnderTest.Targets(
                labels: Array(targets.labels[range]), values: Array(targets.values[elements]))
            try tape.backward(from: loss(x, part, .sumOver(40)))
            return Array(try #require(x.gradient))
        }
        let whole = try gradient(0..<rows)
        for range in [0..<1, 3..<20, 39..<40] {
            #expect(try gradient(range) == Array(whole[range.lowerBound * columns..<range.upperBound * columns]))
        }
    }

    /// Labels, and numbers in [0, 1], whose rows need not sum to one.
    private func randomTargets(_ rows: Int, _ columns: Int) -> LossUnderTest.Targets {
        let random = CounterRandom(seed: 3, purpose: "targets")
        let labels = (0..<rows).map { Int32(random.below(columns, UInt64($0))) }
        let values = (0..<rows * columns).map { Float(random.uniform(UInt64(1000 + $0))) }
        return .init(labels: labels, values: values)
    }
}
