import Testing

@testable import NeuralNetwork
@testable import TensorCore

@Suite struct InitializerTests {
    /// A linear weight `[outputs, inputs]`, and a convolution's with a field of 5 × 3.
    static let shapes: [Shape] = [[300, 100], [30, 40, 5, 3]]

    /// fanIn and fanOut as in the papers: inputs and outputs of one unit times the field.
    private func fans(_ shape: Shape) -> (input: Double, output: Double) {
        shape.rank == 2 ? (100, 300) : (40 * 15, 30 * 15)
    }

    @Test(arguments: shapes)
    func xavier_anyWeight_hasTwoOverTheFansAsVariance(_ shape: Shape) throws {
        let (input, output) = fans(shape)
        expectDistribution(.xavierUniform, shape, variance: 2 / (input + output), isUniform: true)
        expectDistribution(.xavierNormal, shape, variance: 2 / (input + output), isUniform: false)
    }

    @Test(arguments: shapes)
    func kaiming_anyWeight_hasTwoOverFanInAsVariance(_ shape: Shape) throws {
        expectDistribution(.kaimingUniform, shape, variance: 2 / fans(shape).input, isUniform: true)
        expectDistribution(.kaimingNormal, shape, variance: 2 / fans(shape).input, isUniform: false)
    }

    @Test func zerosAndConstant_fillWithTheirValue() {
        #expect(values(.zeros, [2, 3]) == [Float](repeating: 0, count: 6))
        #expect(values(.constant(1), [4]) == [1, 1, 1, 1])
    }

    @Test func initializer_otherNameOrSeed_drawsOtherNumbers() {
        let drawn = values(.xavierUniform, [3, 4])
        #expect(drawn == values(.xavierUniform, [3, 4]))
        #expect(drawn != values(.xavierUniform, [3, 4], seed: 2))
        #expect(drawn != values(.xavierUniform, [3, 4], name: "other"))
    }

    @Test func xavier_ofABias_stops() async {
        await #expect(processExitsWith: .failure) {
            Initializer.xavierUniform.fill(FlatStorage(count: 3).elements, shape: [3], seed: 0, name: "bias")
        }
    }

    /// Mean and variance within five standard errors; a uniform draw reaches, but does not pass, √3 deviations.
    private func expectDistribution(
        _ initializer: Initializer, _ shape: Shape, variance: Double, isUniform: Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let drawn = values(initializer, shape).map(Double.init)
        let count = Double(drawn.count)
        let mean = drawn.reduce(0, +) / count
        let found = drawn.reduce(0) { $0 + $1 * $1 } / count
        // The fourth moment of a uniform distribution is 9/5, of a normal one 3 squared variances.
        let relativeError = (((isUniform ? 1.8 : 3) - 1) / count).squareRoot()
        #expect(abs(mean) < 5 * (variance / count).squareRoot(), "\(initializer)", sourceLocation: sourceLocation)
        #expect(abs(found / variance - 1) < 5 * relativeError, "\(initializer)", sourceLocation: sourceLocation)
        let reach = (drawn.map(abs).max() ?? 0) / variance.squareRoot()
        let bound = 3.0.squareRoot()
        #expect(
            isUniform ? reach <= bound && reach > 0.999 * bound : reach > 3, "\(initializer)",
            sourceLocation: sourceLocation)
    }

    private func values(_ initializer: Initializer, _ shape: Shape, seed: UInt64 = 1, name: String = "w") -> [Float] {
        let storage = FlatStorage(count: shape.count)
        initializer.fill(storage.elements, shape: shape, seed: seed, name: name)
        return storage.array
    }
}
