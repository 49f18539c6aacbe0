import Testing

@testable import NeuralNetwork
@testable import TensorCore

@Suite struct DropoutTests {
    private let tape: Tape

    init() throws {
        tape = Tape(context: try ExecutionContext())
    }

    @Test func dropout_inEvaluation_isTheIdentity() throws {
        let model = try Model(inputShape: [50], layers: [.dropout(0.5)])
        let pass = ForwardPass(evaluating: model, tape: tape, values: FlatStorage(count: 0))
        pass.begin()
        #expect(try model(ones(), pass).array == ones().array)
        #expect(model.outputShape == [50] && model.parameters.isEmpty)
    }

    @Test func dropout_ofRateZero_isTheIdentityAndNeedsNoSamples() throws {
        let model = try Model(inputShape: [50], layers: [.dropout(0)])
        let pass = trainingPass(model)
        pass.begin()
        #expect(try model(ones(), pass).array == ones().array)
    }

    @Test func dropout_inTraining_followsSeedStepSampleAndLayer() throws {
        let model = try Model(inputShape: [50], layers: [.dropout(0.5)])
        let base = try output(of: model, seed: 1, step: 3, samples: [4, 5])
        #expect(try output(of: model, seed: 1, step: 3, samples: [4, 5]) == base)
        let swapped = try output(of: model, seed: 1, step: 3, samples: [5, 4])
        #expect(Array(swapped[..<50]) == Array(base[50...]) && Array(swapped[50...]) == Array(base[..<50]))
        let nested = try Model(inputShape: [50], layers: [.sequential([.dropout(0.5)])])
        let others = try [
            swapped, output(of: model, seed: 2, step: 3, samples: [4, 5]),
            output(of: model, seed: 1, step: 4, samples: [4, 5]),
            output(of: nested, seed: 1, step: 3, samples: [4, 5]),
        ]
        #expect(Set(others + [base]).count == 5)
    }

    /// Two layers of one rate keep a quarter between them, not a half.
    @Test func dropout_twiceInAModel_dropsIndependently() throws {
        let model = try Model(inputShape: [50], layers: [.dropout(0.5), .dropout(0.5)])
        let kept = try output(of: model, seed: 0, step: 0, samples: (0..<100).map { $0 }).count { $0 != 0 }
        // Five standard deviations of 5 000 draws.
        #expect(abs(Double(kept) - 1250) < 5 * (5000 * 0.25 * 0.75).squareRoot())
    }

    @Test(arguments: [1, -0.5, .nan] as [Double])
    func dropout_impossibleRate_isRefusedNamingTheLayer(rate: Double) {
        #expect {
            try Model(inputShape: [5], layers: [.relu, .dropout(rate)])
        } throws: {
            "\($0)" == "Layer '1' (dropout) takes a rate of at least 0 and below 1, not \(rate)."
        }
    }

    @Test func dropout_trainedWithoutSamples_stops() async {
        await #expect(processExitsWith: .failure) {
            let model = try Model(inputShape: [1], layers: [.dropout(0.5)])
            let tape = Tape(context: try ExecutionContext())
            let empty = FlatStorage(count: 0)
            let pass = ForwardPass(training: model, tape: tape, values: empty, gradients: empty)
            pass.begin()
            _ = try model(tape.constant([1], shape: [1, 1]), pass)
        }
    }

    @Test func dropout_twoOfOneName_stop() async {
        await #expect(processExitsWith: .failure) {
            _ = try Model(inputShape: [1], .sequential(named: [("same", .dropout(0.5)), ("same", .dropout(0.5))]))
        }
    }

    private func ones(rows: Int = 2) -> Tensor {
        tape.constant([Float](repeating: 1, count: rows * 50), shape: [rows, 50])
    }

    private func trainingPass(_ model: Model) -> ForwardPass {
        let empty = FlatStorage(count: 0)
        return ForwardPass(training: model, tape: tape, values: empty, gradients: empty)
    }

    private func output(of model: Model, seed: UInt64, step: Int, samples: [Int32]) throws -> [Float] {
        let pass = trainingPass(model)
        return try samples.withUnsafeBufferPointer {
            pass.begin(samples: Samples(seed: seed, step: step, indices: $0))
            return try model(ones(rows: samples.count), pass).array
        }
    }
}
