import TensorCore
import Testing

@testable import Optimization

struct SGDTests {
    /// Both sides compute in float32 in the same order, but PyTorch fuses multiply and add, which moves a last bit here and
    /// there. Where terms cancel, that bit is one of the terms, which are of the order of 0.1 to 1, and not of the result.
    private static func tolerance(_ expected: Float) -> Float { 1e-6 * max(abs(expected), 0.1) }

    @Test(arguments: try SGDGolden.load())
    func step_ofPyTorchsCases_givesItsParametersAndVelocity(_ golden: SGDGolden.Case) throws {
        let optimizer = SGD(golden)
        let parameters = FlatStorage(golden.initial)
        for (index, step) in golden.steps.enumerated() {
            optimizer.step(parameters, FlatStorage(step.gradient), step.learningRate)
            expectClose(parameters.array, step.parameters, "parameters after step \(index)")
            if let velocity = step.velocity {
                let state = try #require(optimizer.state.first)
                expectClose(state.storage.array, velocity, "velocity after step \(index)")
            }
        }
    }

    @Test(arguments: try SGDGolden.load())
    func step_inRangesOutOfOrder_givesTheBitsOfOneRange(_ golden: SGDGolden.Case) {
        let (whole, pieces) = (SGD(golden), SGD(golden))
        let (wholeParameters, pieceParameters) = (FlatStorage(golden.initial), FlatStorage(golden.initial))
        for step in golden.steps {
            let gradient = FlatStorage(step.gradient)
            whole.step(wholeParameters, gradient, step.learningRate)
            for range in [5..<7, 0..<2, 2..<2, 2..<5] {
                pieces.step(pieceParameters, gradient, step.learningRate, range: range)
            }
        }
        #expect(wholeParameters.array == pieceParameters.array)
    }

    @Test(arguments: [SGD.Momentum.none, .classical(0.9), .nesterov(0.9)])
    func step_onARange_leavesTheRestUntouched(_ momentum: SGD.Momentum) {
        let optimizer = SGD(parameterCount: 5, momentum: momentum, weightDecay: WeightDecay(0.1))
        let parameters = FlatStorage([1, 2, 3, 4, 5])
        optimizer.step(parameters, FlatStorage([1, 1, 1, 1, 1]), 0.5, range: 1..<3)
        #expect([0, 3, 4].map { parameters.base[$0] } == [1, 4, 5])
        #expect(parameters.base[1] != 2 && parameters.base[2] != 3)
        for state in optimizer.state {
            #expect([0, 3, 4].map { state.storage.base[$0] } == [0, 0, 0])
        }
    }

    @Test func step_firstWithMomentum_setsTheVelocityToTheGradient() {
        let optimizer = SGD(parameterCount: 3, momentum: .classical(0.9))
        optimizer.step(FlatStorage([1, 1, 1]), FlatStorage([0.25, -3, 7]), 0.1)
        #expect(optimizer.state.map { $0.storage.array } == [[0.25, -3, 7]])
    }

    @Test func state_withoutMomentum_isEmpty() {
        #expect(SGD(parameterCount: 3).state.isEmpty)
    }

    @Test func state_withMomentum_isOneVelocityOfTheParametersLayout() {
        let state = SGD(parameterCount: 3, momentum: .nesterov(0.9)).state
        #expect(state.map(\.name) == ["velocity"])
        #expect(state.map(\.storage.count) == [3])
    }

    @Test func step_onNoParameters_doesNothing() {
        SGD(parameterCount: 0, momentum: .classical(0.9)).step(FlatStorage([]), FlatStorage([]), 0.1)
    }

    @Test func step_withGradientsOfAnotherCount_stopsAndSaysSo() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            SGD(parameterCount: 3).step(FlatStorage([1, 2, 3]), FlatStorage([1, 2]), 0.1)
        }
        let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(message.contains("SGD was made for 3 parameters and got 3 parameters, 2 gradients"))
    }

    private func expectClose(
        _ actual: [Float], _ expected: [Float], _ what: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(actual.count == expected.count, "\(what)", sourceLocation: sourceLocation)
        for (index, (a, e)) in zip(actual, expected).enumerated() {
            #expect(
                abs(a - e) <= Self.tolerance(e), "\(what), element \(index): \(a), expected \(e)",
                sourceLocation: sourceLocation)
        }
    }
}

extension SGD {
    fileprivate convenience init(_ golden: SGDGolden.Case) {
        let momentum: Momentum =
            switch (golden.momentum, golden.nesterov) {
            case (0, _): .none
            case (let coefficient, false): .classical(coefficient)
            case (let coefficient, true): .nesterov(coefficient)
            }
        self.init(
            parameterCount: golden.initial.count, momentum: momentum, weightDecay: WeightDecay(golden.weightDecay))
    }
}
