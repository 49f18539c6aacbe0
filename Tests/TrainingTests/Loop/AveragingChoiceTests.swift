import Communication
import DataParallel
import NeuralNetwork
import TestSupport
import Testing

@testable import Training

@Suite struct AveragingChoiceTests {
    private typealias Settings = Experiment.DataParallelSettings
    private typealias Launch = AveragingChoice.Launch

    /// 2.4 MB of gradients: worth starting early between hosts.
    private static func makeModel(isNormalised: Bool = false) throws -> NeuralNetwork.Model {
        let layers =
            isNormalised
            ? "[flatten, {linear: 760}, batchNorm, {linear: 10}]" : "[flatten, {linear: 760}, {linear: 10}]"
        return try Experiment(yaml: "name: x\nmodel: {layers: \(layers)}", source: "the test").makeModel()
    }

    private func choice(
        _ launch: AveragingChoice.Launch, isNormalised: Bool = false, _ change: (inout Settings) -> Void = { _ in }
    ) throws -> AveragingChoice {
        var settings = Settings()
        settings.bucketByteLimit = 7
        change(&settings)
        return AveragingChoice(settings, try Self.makeModel(isNormalised: isNormalised), launch)
    }

    private let twoHosts = Launch(rankCount: 4, spansHosts: true, takesUnits: false)
    private let oneHost = Launch(rankCount: 4, spansHosts: false, takesUnits: false)
    private let units = Launch(rankCount: 4, spansHosts: true, takesUnits: true)
    private let alone = Launch(rankCount: 1, spansHosts: false, takesUnits: true)

    private let once = GradientAverager.Mode.fast(bucketByteLimit: nil)
    private let buckets = GradientAverager.Mode.fast(bucketByteLimit: 7)

    @Test func choice_auto_followsTheRule() throws {
        #expect(try choice(twoHosts).mode == buckets)
        #expect(try choice(oneHost).mode == once)
        #expect(try choice(units).mode == once && choice(units).warning == nil)
    }

    /// Ranks may have been given different numbers of threads; what one of them does, all must know.
    @Test(arguments: [0, 2])
    func launch_oneRankWithSeveralThreads_takesUnitsOnAll(rank: Int) throws {
        var experiment = Experiment(name: "x")
        experiment.model.architecture = .lenet
        let found = try ThreadCommunicator.run(size: 3) { [experiment] communicator in
            let plan = ComputePlan(
                experiment, try experiment.makeModel(), threads: communicator.rank == rank ? 2 : 1,
                rank: communicator.rank, size: 3)
            return try Launch(plan, ranksOnThisHost: 2, over: communicator)
        }
        #expect(found == Array(repeating: Launch(rankCount: 3, spansHosts: true, takesUnits: true), count: 3))
    }

    @Test func choice_asStated_isDone() throws {
        #expect(try choice(oneHost) { $0.overlap = .always }.mode == buckets)
        #expect(try choice(oneHost) { $0.overlap = .always }.warning == nil)
        #expect(try choice(twoHosts) { $0.overlap = .never }.mode == once)
        #expect(try choice(twoHosts) { $0.wire = .bfloat16 }.mode == .narrow)
        let plan = ShardPlan(shardCount: 8, rankCount: 4)
        #expect(try choice(twoHosts) { $0.reproducible = true }.mode == .reproducible(plan))
    }

    @Test func choice_sharedMemory_isForRanksOnOneHostThatSendAllAtOnce() throws {
        #expect(try choice(oneHost).sharesMemory && choice(oneHost) { $0.reproducible = true }.sharesMemory)
        #expect(try !choice(twoHosts).sharesMemory && !choice(alone).sharesMemory)
        #expect(try !choice(oneHost) { $0.overlap = .always }.sharesMemory)
        #expect(try !choice(oneHost) { $0.wire = .bfloat16 }.sharesMemory)
        #expect(try !choice(oneHost) { $0.sharedMemory = false }.sharesMemory)
        #expect(try !choice(oneHost) { ($0.reproducible, $0.sharedMemory) = (true, false) }.sharesMemory)
        #expect(try !choice(twoHosts) { $0.reproducible = true }.sharesMemory)
    }

    @Test func choice_overlapOfThreadsOnUnits_isWarnedOf() throws {
        let warning = try choice(units) { $0.overlap = .always }.warning
        #expect(
            warning?.hasPrefix("dataParallel.overlap: true lets no gradients travel during the backward pass") == true)
        #expect(try choice(alone) { $0.overlap = .always }.warning == nil)
    }

    /// What no layer exchanges cannot stand in the way of the gradients.
    @Test func choice_globalStatistics_matterOnlyWhereTheModelHasAny() throws {
        #expect(try choice(twoHosts, isNormalised: true) { $0.batchNorm = .global }.mode == once)
        #expect(try choice(twoHosts, isNormalised: false) { $0.batchNorm = .global }.mode == buckets)
    }

    /// Threads on pieces of a convolution, overlap and global statistics all asked for: one warning, and a training like any other.
    @Test func training_overlapOfThreadsOnUnits_warnsOnceAndTrains() throws {
        let folder = try TemporaryFolder()
        var experiment = smallExperiment(try folder.writeDataset())
        experiment.model = try Experiment(
            yaml: "name: x\nmodel: {layers: [{conv2d: {channels: 2, kernel: 5, stride: 3}}, flatten, {linear: 10}]}",
            source: "the test"
        ).model
        experiment.training.steps = 3
        experiment.dataParallel.overlap = .always
        var run = TestRun(experiment, ranks: 2)
        run.options.threads = 2
        #expect(try run.onThreads().allSatisfy { $0.outcome?.isFinished == true })
        #expect(run.messages.warnings.filter { $0.contains("dataParallel.overlap: true lets") }.count == 1)
        #expect(run.messages.warnings.first?.hasPrefix("0 ") == true)

        run.experiment.dataParallel.overlap = .auto
        run.experiment.dataParallel.batchNorm = .global
        run.experiment.training.batch = .global(1)
        #expect(try run.onThreads().allSatisfy { $0.outcome?.isFinished == true })
    }
}
