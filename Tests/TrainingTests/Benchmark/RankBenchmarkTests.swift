import Communication
import Logging
import TestSupport
import Testing

@testable import Training

@Suite struct RankBenchmarkTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func measure_ofSoManySteps_endsOnTheSameParametersEachTime() throws {
        let experiment = try smallExperiment(folder.writeDataset())
        let first = try measure(experiment, .steps(7), ranks: 2)
        let second = try measure(experiment, .steps(7), ranks: 2)
        #expect(Set((first + second).map(\.parametersDigest)).count == 1)
        #expect(first.map(\.steps) == [7, 7])
        #expect(try measure(experiment, .steps(8), ranks: 2)[0].parametersDigest != first[0].parametersDigest)
    }

    @Test func measure_onAnyRanks_tellsBytesAndWhereTheTimeWent() throws {
        var experiment = try smallExperiment(folder.writeDataset())
        experiment.dataParallel.sharedMemory = false
        let alone = try measure(experiment, .steps(5), ranks: 1)[0]
        let two = try measure(experiment, .steps(5), ranks: 2)
        #expect(alone.bytesPerStep == 0)
        #expect(two[0].bytesPerStep > 4 * 9_500)
        #expect(two[0].seconds == two[1].seconds)
        #expect(two[0].seconds.compute > 0 && two[0].seconds.data > 0)
        #expect(two[0].globalBatchSize == 32)
    }

    @Test func measure_forSomeTime_takesAsManyStepsOnAllRanks() throws {
        let experiment = try smallExperiment(folder.writeDataset())
        let all = try measure(experiment, .seconds(0.01), ranks: 3)
        #expect(all[0].steps >= 5)
        #expect(all.allSatisfy { $0.steps == all[0].steps })
    }

    private func measure(
        _ experiment: Experiment, _ length: BenchmarkLength, ranks: Int
    ) throws -> [ScalingMeasurement] {
        try ThreadCommunicator.run(size: ranks) { communicator in
            communicator.waitPolicy.abortSeconds = 120
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            return try RankBenchmark(experiment, threads: 1, over: communicator, logger: logger).measure(length)
        }
    }
}
