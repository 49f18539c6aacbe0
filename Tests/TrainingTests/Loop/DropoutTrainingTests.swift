import TestSupport
import Testing

@testable import Training

/// Dropout draws by sample and step, so that the ranks do not change what a training computes.
@Suite struct DropoutTrainingTests {
    private let folder: TemporaryFolder
    private let experiment: Experiment

    init() throws {
        folder = try TemporaryFolder()
        var experiment = smallExperiment(try folder.writeDataset())
        experiment.model.architecture = .layers([.flatten, .linear(24), .relu, .dropout(0.5), .linear(10)])
        experiment.optimizer.nesterov = false
        experiment.optimizer.momentum = 0
        experiment.logging.everySteps = 1
        self.experiment = experiment
    }

    private func train(
        _ name: String, ranks: Int = 1, _ change: (inout Experiment) -> Void = { _ in }
    ) throws -> Metrics {
        var own = experiment
        change(&own)
        let outcomes = try TestRun(own, runDirectory: folder.path + "/" + name, ranks: ranks).onThreads()
        if let error = outcomes[0].error { throw error }
        return try Metrics(runDirectory: folder.path + "/" + name)
    }

    /// A rank that drew masks of its own, or by place in its slice, would be far off.
    @Test(arguments: [2, 3, 5])
    func training_severalRanks_hasTheLossesOfOne(ranks: Int) throws {
        let one = try train("one")
        let several = try train("several", ranks: ranks)
        for (event, field) in [("step", "loss"), ("epoch", "validationLoss")] {
            expectClose(several.values(of: field, in: event), one.values(of: field, in: event), field)
        }
    }

    /// Every step sees all samples and moves nothing: only what is dropped can differ.
    @Test(arguments: [true, false])
    func training_thatStandsStill_dropsOthersInEveryStep(drops: Bool) throws {
        let losses = try train("still") {
            $0.training.batch = .global(150)
            $0.training.epochs = 3
            $0.optimizer.learningRate = 0
            if !drops { $0.model.architecture = .mlp(widths: [24]) }
        }.values(of: "loss", in: "step")
        let (first, second, third) = (try #require(losses[1]), try #require(losses[2]), try #require(losses[3]))
        // Without dropout the order of additions in Float is all that differs.
        let leastDifference = min(abs(first - second), abs(second - third), abs(third - first))
        #expect(drops ? leastDifference > 1e-4 : leastDifference < 1e-6)
    }
}
