import Communication
import DataParallel
import Datasets
import Foundation
import NeuralNetwork
import TensorCore
import Testing

@testable import Training

/// Every way of spreading few samples over few ranks: no hang, and each step's gradient is that of the joined batch.
@Suite struct UnevenBatchTests {
    private static let features = 3
    private static let classes = 2

    /// Feature `index` of a sample, from -1 to 1.
    private static func feature(_ sample: Int, _ index: Int) -> Double {
        sin(Double(7 * sample + 3 * index + 1))
    }

    private static func label(_ sample: Int) -> Int { (sample * 5 + sample / 3) % classes }

    /// One epoch for each of 8 · 50 · 20 triples, at rate 0, so that the expected gradient needs no training of its own.
    @Test(arguments: 1...8)
    func epoch_anySizes_hasTheJoinedBatchsGradientInEveryStep(ranks: Int) throws {
        let worst = try ThreadCommunicator.run(size: ranks) { communicator -> Double in
            communicator.waitPolicy.abortSeconds = 60
            let rank = try Rank(communicator)
            var worst = 0.0
            for sampleCount in 1...50 {
                for perRank in 1...20 { worst = max(worst, try rank.trainEpoch(sampleCount, perRank: perRank)) }
            }
            return worst
        }
        #expect(worst.allSatisfy { $0 <= 1e-5 }, "\(worst)")
    }

    /// A rank of a training of the linear model.
    private struct Rank {
        let communicator: any Communicator
        let model: NeuralNetwork.Model
        let averager: GradientAverager
        let values: FlatStorage
        let tape: Tape
        let pass: ForwardPass

        init(_ communicator: any Communicator) throws {
            self.communicator = communicator
            model = try NeuralNetwork.Model(inputShape: [features], layers: [.linear(classes)])
            averager = GradientAverager(model: model, communicator: communicator)
            values = FlatStorage(count: model.storageCount)
            model.initialize(values, seed: 1)
            tape = Tape(context: try ExecutionContext())
            pass = ForwardPass(
                training: model, tape: tape, values: values, gradients: averager.targets[0].gradients)
        }

        /// The greatest difference of any step's gradient from that of the joined batch.
        func trainEpoch(_ sampleCount: Int, perRank: Int) throws -> Double {
            let plan = EpochPlan(sampleCount: sampleCount, globalBatchSize: perRank * communicator.size)
            let permutation = EpochPermutation(count: sampleCount, seed: UInt64(perRank))
            permutation.prepare(epoch: 0)
            let share = RankShare.slice(rank: communicator.rank, rankCount: communicator.size, units: 1)
            var worst = 0.0
            for step in 0..<plan.stepsPerEpoch {
                let samples = permutation[plan.samples(ofStep: step)].map(Int.init)
                let own = Array(samples[share.unit(0, of: samples.count)])
                try computeGradients(own, globalCount: samples.count)
                try averager.waitForAll()
                try averager.average(StepControl())
                worst = max(worst, difference(from: samples))
            }
            return worst
        }

        private func computeGradients(_ samples: [Int], globalCount: Int) throws {
            guard !samples.isEmpty else { return averager.targets[0].clear() }
            pass.begin()
            let pixels = samples.flatMap { sample in (0..<features).map { Float(feature(sample, $0)) } }
            let labels = samples.map { Int32(label($0)) }
            try labels.withUnsafeBufferPointer {
                let logits = try model(tape.constant(pixels, shape: [samples.count, features]), pass)
                try tape.backward(
                    from: logits.crossEntropy(Labels($0), reduction: .sumOver(Float(globalCount))))
            }
        }

        /// From the mean over `samples` of `(softmax(Wx + b) − onehot) xᵀ`, in Double.
        private func difference(from samples: [Int]) -> Double {
            let (weight, bias) = (model.parameters[0].range, model.parameters[1].range)
            var expected = [Double](repeating: 0, count: classes * (features + 1))
            for sample in samples {
                let x = (0..<features).map { feature(sample, $0) }
                let logits = (0..<classes).map { row in
                    x.indices.reduce(Double(values[bias][row])) {
                        $0 + Double(values[weight][row * features + $1]) * x[$1]
                    }
                }
                let total = logits.reduce(0) { $0 + exp($1) }
                for row in 0..<classes {
                    let slope = (exp(logits[row]) / total - (row == label(sample) ? 1 : 0)) / Double(samples.count)
                    for index in x.indices { expected[row * features + index] += slope * x[index] }
                    expected[classes * features + row] += slope
                }
            }
            let found = (Array(averager.averaged[weight]) + Array(averager.averaged[bias])).map(Double.init)
            // The greater of a number and NaN is the number.
            guard found.allSatisfy(\.isFinite) else { return .infinity }
            let largest = max(expected.map { abs($0) }.max() ?? 0, 1e-3)
            return (zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity) / largest
        }
    }
}
