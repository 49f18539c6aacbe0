import Communication
import Foundation
import TestSupport
import Testing

@testable import Training

@Suite struct ThroughputBenchmarkTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func measure_onSeveralThreads_tellsOfEachWhatProgramsReadItBy() throws {
        let results = try measure(threads: [1, 2])
        #expect(results.map(\.threads) == [1, 2])
        #expect(results[0].speedUp == 1)
        for result in results {
            #expect(result.imagesPerSecond > 0 && result.kernelLimitImagesPerSecond > 0)
            #expect(result.batchSize == 32)
            #expect(result.peakMemoryBytes > 1 << 20)
        }
        let data = try JSONEncoder().encode(ThroughputResults(results: results))
        let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: [[String: Any]]])
        let names = [
            "model", "threads", "precision", "batchSize", "imagesPerSecond", "kernelLimitImagesPerSecond",
            "millisecondsByOperation",
            "peakMemoryBytes", "coresWereFree",
        ]
        #expect(try Set(names).isSubset(of: #require(root["results"]?.first).keys))
    }

    /// The figures are per step, so they must count the samples that a step has, not those that were asked for.
    @Test func measure_ofADatasetBelowTheBatch_countsItsSamples() throws {
        var experiment = try smallExperiment(folder.writeDataset())
        experiment.dataset.limit = 20
        let result = try ThroughputBenchmark(
            experiment, threads: [1], seconds: 0.01, over: SingleProcessCommunicator()
        ).measure(repeats: 1)[0]
        #expect(result.batchSize == 20)
    }

    @Test func measure_ofAModel_splitsAllOfTheStepByKind() throws {
        let result = try measure(threads: [1])[0]
        let kinds = result.millisecondsByKind
        #expect(kinds.kernel > 0 && kinds.loop > 0 && kinds.data > 0 && kinds.optimizer > 0)
        let byKind =
            kinds.kernel + kinds.loop + kinds.reorder + kinds.data + kinds.optimizer + kinds.everythingElse
        let byOperation = result.millisecondsByOperation.values.reduce(0, +)
        #expect(abs(byKind - byOperation) < 1e-9 * byOperation)
        #expect(result.millisecondsByOperation["linear + relu forward"] ?? 0 > 0)
    }

    @Test func table_ofCoresThatWereNotFree_hasNoRatio() throws {
        let free = result(CoreUse())
        #expect(free.table.contains("80.0 % of the kernel limit 1000"))
        let busy = result(CoreUse(wall: 1, coreCount: 1, busy: 1, own: 0.5, resolution: 0))
        #expect(!busy.table.contains("80.0 %"))
        #expect(busy.table.contains("800 images/s") && busy.table.contains("The cores were not free"))
    }

    private func measure(threads: [Int]) throws -> [ThroughputResult] {
        let experiment = try smallExperiment(folder.writeDataset())
        return try ThroughputBenchmark(
            experiment, threads: threads, seconds: 0.01, over: SingleProcessCommunicator()
        ).measure(repeats: 2)
    }

    private func result(_ use: CoreUse) -> ThroughputResult {
        ThroughputResult(
            model: "small", threads: 1, precision: "float32", batchSize: 32, imagesPerSecond: 800,
            kernelLimitImagesPerSecond: 1000,
            shareOfKernelLimit: 0.8, speedUp: 1, spread: 0, conditions: MeasuringConditions(use, spread: 0),
            millisecondsByOperation: [:], millisecondsByKind: MillisecondsByKind(), peakMemoryBytes: 0)
    }
}
