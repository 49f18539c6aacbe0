import Communication
import DataParallel
import TensorCore
import Testing

@testable import NeuralNetwork

@Suite struct GatheredStatisticsTests {
    private static func makeModel() throws -> Model {
        try Model(
            inputShape: [2],
            LayerDescription("followed") { input, scope in
                (Linear(2, 1, scope), [scope.runningStatistics(channels: 1, momentum: 0.5).channels])
            })
    }

    /// The buffers of all ranks after steps in which rank r saw the given number of values, all equal to r + 1; clean gradients
    /// and statistics before each step, as a backward pass or a rank without samples leaves them.
    private static func buffers(ofSteps steps: [[Int]]) throws -> [[Float]] {
        try ThreadCommunicator.run(size: steps[0].count) { communicator in
            let model = try makeModel()
            let (averager, buffers) = (GradientAverager(model: model, communicator: communicator), model.makeBuffers())
            for counts in steps {
                let (rank, count) = (communicator.rank, counts[communicator.rank])
                averager.targets[0].clear()
                if count > 0 {
                    averager.targets[0].statistics.add(
                        count, means: [Float(rank + 1)], squares: [0], to: model.runningStatistics[0], piece: rank)
                }
                _ = try averager.average(StepControl())
                model.updateRunningStatistics(buffers, from: averager.gatheredStatistics)
            }
            return model.buffers.map { buffers[$0.range][0] }
        }
    }

    @Test func statistics_ofAllRanks_reachEachAlike() throws {
        // Values 1, 2, 2, 4, 4, 4: mean 17/6, sum of squared differences 53/6.
        let all = try Self.buffers(ofSteps: [[1, 2, 0, 3]])
        #expect(all.allSatisfy { $0 == all[0] } && all.count == 4)
        let (mean, variance): (Float, Float) = (17 / 12, 0.5 + 53 / 60)
        #expect(abs(all[0][0] - mean) <= 1e-6)
        #expect(abs(all[0][1] - variance) <= 1e-6)
    }

    @Test func statistics_ofAnEarlierStep_areForgotten() throws {
        let all = try Self.buffers(ofSteps: [[4, 4], [0, 3]])
        // Eight values of mean 1.5 and sum of squared differences 2, then three equal ones.
        let (mean, variance): (Float, Float) = (0.5 * 0.75 + 0.5 * 2, 0.5 * (0.5 + 0.5 * 2 / 7))
        #expect(all.allSatisfy { abs($0[0] - mean) <= 1e-6 && abs($0[1] - variance) <= 1e-6 })
    }

    @Test func averager_modelWithoutStatistics_sendsNoMore() throws {
        let bytes = try ThreadCommunicator.run(size: 2) {
            GradientAverager(model: try LittleModel.make(), communicator: $0).bytesPerStep
        }
        let model = try LittleModel.make()
        #expect(bytes == [4 * (model.storageCount + 2 * 16), 4 * (model.storageCount + 2 * 16)])
    }
}
