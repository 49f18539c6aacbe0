import TensorCore
import TestSupport
import Testing

@testable import Optimization

struct AdamWTests {
    /// Both sides compute in float32; PyTorch fuses multiply and add and divides where a factor is multiplied here, which moves
    /// a last bit (6e-8) here and there, over six steps.
    private static let relativeTolerance: Float = 5e-7

    @Test(arguments: try AdamWGolden.load())
    func step_ofPyTorchsCases_givesItsParametersAndMoments(_ golden: AdamWGolden.Case) throws {
        let optimizer = AdamW(golden)
        let parameters = FlatStorage(golden.initial)
        for (index, step) in golden.steps.enumerated() {
            optimizer.step(parameters, FlatStorage(step.gradient), step.learningRate, stepsDone: index)
            let found = [parameters.array] + optimizer.state.map { $0.storage.array }
            for (values, expected) in zip(found, [step.parameters, step.firstMoment, step.secondMoment]) {
                #expect(relativeDifference(values, expected) <= Self.relativeTolerance, "step \(index)")
            }
        }
    }

    @Test(arguments: try AdamWGolden.load())
    func step_inRangesOutOfOrder_givesTheBitsOfOneRange(_ golden: AdamWGolden.Case) {
        let (whole, pieces) = (AdamW(golden), AdamW(golden))
        let (wholeParameters, pieceParameters) = (FlatStorage(golden.initial), FlatStorage(golden.initial))
        for (index, step) in golden.steps.enumerated() {
            let gradient = FlatStorage(step.gradient)
            whole.step(wholeParameters, gradient, step.learningRate, stepsDone: index)
            for range in [5..<7, 0..<2, 2..<2, 2..<5] {
                pieces.step(pieceParameters, gradient, step.learningRate, range: range, stepsDone: index)
            }
        }
        #expect(wholeParameters.array == pieceParameters.array)
    }

    /// The vectorised loop and what is left over at its end must round alike: where an element lies must not matter.
    @Test func step_onEqualElements_givesEqualBitsWhereverTheyLie() {
        let count = 103
        let optimizer = AdamW(parameterCount: count, weightDecay: WeightDecay(0.01))
        let parameters = FlatStorage([Float](repeating: 0.7, count: count))
        for index in 0..<5 {
            optimizer.step(parameters, FlatStorage([Float](repeating: 0.3, count: count)), 0.01, stepsDone: index)
        }
        #expect(Set(parameters.array).count == 1 && parameters.base[0] != 0.7)
    }

    @Test func step_firstOfATraining_movesByTheRateWhateverTheGradient() {
        // m / (1 − β₁) is the gradient and √(v / (1 − β₂)) its size.
        let parameters = FlatStorage([1, 1, 1])
        AdamW(parameterCount: 3).step(parameters, FlatStorage([1000, -1, 0.001]), 0.25)
        #expect(relativeDifference(parameters.array, [0.75, 1.25, 0.75]) < 1e-5)
    }

    @Test func step_laterInATraining_correctsLess() {
        func moved(stepsDone: Int) -> Float {
            let parameters = FlatStorage([0])
            AdamW(parameterCount: 1).step(parameters, FlatStorage([1]), 0.1, stepsDone: stepsDone)
            return -parameters.base[0]
        }
        // Fresh moments taken for old ones: 0.1 · η / √0.001 at the limit.
        #expect(abs(moved(stepsDone: 0) - 0.1) < 1e-6)
        #expect(abs(moved(stepsDone: 1_000_000) - 0.1 * 0.1 / 0.001.squareRoot().float) < 1e-6)
    }

    @Test func state_always_isTwoMomentsOfTheParametersLayout() {
        let state = AdamW(parameterCount: 3).state
        #expect(state.map(\.name) == ["firstMoment", "secondMoment"])
        #expect(state.map(\.storage.count) == [3, 3])
    }

    @Test func step_onAGapOfZeros_leavesZeros() {
        let parameters = FlatStorage([0, 1])
        let optimizer = AdamW(parameterCount: 2, weightDecay: WeightDecay(0.5))
        for index in 0..<3 { optimizer.step(parameters, FlatStorage([0, 1]), 0.1, stepsDone: index) }
        #expect(parameters.base[0] == 0 && parameters.base[1] < 1)
    }

    @Test func step_withGradientsOfAnotherCount_stopsAndSaysSo() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            AdamW(parameterCount: 3).step(FlatStorage([1, 2, 3]), FlatStorage([1, 2]), 0.1)
        }
        let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(message.contains("AdamW was made for 3 parameters and got 3 parameters, 2 gradients"))
    }
}

extension AdamW {
    fileprivate convenience init(_ golden: AdamWGolden.Case) {
        var coefficients = Coefficients()
        coefficients.beta1 = golden.beta1
        coefficients.beta2 = golden.beta2
        coefficients.epsilon = golden.epsilon
        self.init(
            parameterCount: golden.initial.count, coefficients: coefficients,
            weightDecay: WeightDecay(golden.weightDecay))
    }
}

extension Double {
    fileprivate var float: Float { Float(self) }
}
