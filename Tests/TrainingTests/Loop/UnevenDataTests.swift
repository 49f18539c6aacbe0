import Communication
import TestSupport
import Testing

@testable import Training

@Suite struct UnevenDataTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Whatever the sizes, every rank comes to the end after the same steps; one that waits for another
    /// would fail by its deadline.
    @Test(arguments: 1...6)
    func training_anySizes_takesTheStepsOfTheFormulaOnAllRanks(ranks: Int) throws {
        var experiment = smallExperiment(try folder.writeDataset(training: 20, validation: 3))
        experiment.model.architecture = .layers([.flatten, .linear(10)])
        experiment.training.epochs = 1
        for samples in Array(1...8) + [12, 13, 19, 20] {
            for batch in 1...7 {
                experiment.dataset.limit = samples
                experiment.training.batch = .global(batch)
                let outcomes = try TestRun(experiment, ranks: ranks).onThreads()
                let expected = (samples + batch - 1) / batch
                #expect(
                    outcomes.allSatisfy { $0.outcome?.step == expected },
                    "\(samples) samples in batches of \(batch) on \(ranks) ranks: \(outcomes)")
            }
        }
    }

    /// The same batch on more ranks than it has samples is still the same training.
    @Test func training_moreRanksThanSamples_hasTheLossesOfOne() throws {
        var experiment = smallExperiment(try folder.writeDataset(training: 5, validation: 2))
        experiment.training.batch = .global(3)
        experiment.logging.everySteps = 1
        for (name, ranks) in [("one", 1), ("six", 6)] {
            let outcomes = try TestRun(experiment, runDirectory: folder.path + "/" + name, ranks: ranks).onThreads()
            #expect(outcomes.allSatisfy { $0.outcome?.step == 4 })
        }
        let metrics = try ["one", "six"].map { try Metrics(runDirectory: folder.path + "/" + $0) }
        for (event, field) in [("step", "loss"), ("epoch", "trainLoss"), ("epoch", "validationLoss")] {
            expectClose(metrics[1].values(of: field, in: event), metrics[0].values(of: field, in: event), field)
        }
    }
}
