import Foundation
import Testing

@testable import Training

@Suite struct ScalingBenchmarkTests {
    @Test func measure_weak_takesTurnsAndKeepsTheSamplesOfARank() throws {
        var calls: [(ScalingJob, BenchmarkLength)] = []
        _ = try benchmark { $0.repeats = 2 }.measure { job, length in
            calls.append((job, length))
            return measurement(rate: 100)
        }
        // The first job finds out how many steps to take.
        #expect(calls.map(\.0.ranks) == [1, 1, 2, 1, 2])
        #expect(calls.map(\.0.globalBatchSize) == [256, 256, 512, 256, 512])
        #expect(calls.map(\.1) == [.seconds(1), .steps(40), .steps(40), .steps(40), .steps(40)])
    }

    @Test func jobs_ofBothModes_runWhatTheyShareOnce() throws {
        let jobs = try benchmark {
            $0.modes = [.weak, .strong]
            $0.ranks = [1, 2, 4]
        }.jobs
        #expect(jobs.map(\.ranks) == [1, 2, 4, 2, 4])
        #expect(jobs.map(\.globalBatchSize) == [256, 512, 1024, 256, 256])
    }

    @Test func report_ofADriftingClock_comparesRepeatByRepeat() throws {
        // The clock halves its speed in the second repeat; two ranks are 1.8 times one in all of them.
        var repeats = [0, 0]
        let clock = [1.0, 0.5, 1.0]
        let report = try benchmark {
            $0.repeats = 3
            $0.cores = 2
        }.measure { job, length in
            if case .seconds = length { return measurement(rate: 1) }
            defer { repeats[job.ranks - 1] += 1 }
            return measurement(rate: clock[repeats[job.ranks - 1]] * (job.ranks == 1 ? 1000 : 1800))
        }
        #expect(report.points.map(\.imagesPerSecond) == [1000, 1800])
        #expect(report.points.map(\.speedUp) == [1, 1.8])
        #expect(report.points.map(\.efficiency) == [1, 0.9])
        #expect(report.points.map(\.spread) == [0.5, 0.5])
    }

    @Test func report_ofMoreRanksThanCores_marksThemAndKeepsThemOutOfTheSummary() throws {
        let points = try benchmark {
            $0.ranks = [1, 2, 3]
            $0.cores = 2
        }.measure { job, _ in measurement(rate: Double(job.ranks) * 10) }.points
        #expect(points.map(\.oversubscribed) == [false, false, true])
        let table = ScalingReport(points: points, complaint: nil).table
        #expect(table.contains("small, weak: 2 ranks do 2.00 times the work of 1 (efficiency 100.0 %)"))
        #expect(!table.contains("3 ranks do"))
        #expect(table.contains("3*"))
    }

    @Test func report_ofTwoThreadsARank_countsThreadsAgainstCores() throws {
        let points = try benchmark {
            $0.threads = 2
            $0.cores = 2
        }.measure { _, _ in measurement(rate: 10) }.points
        #expect(points.map(\.oversubscribed) == [false, true])
    }

    @Test func table_ofCoresThatWereNotFree_judgesNothing() throws {
        let points = try benchmark { $0.cores = 2 }.measure { job, _ in measurement(rate: Double(job.ranks)) }.points
        let table = ScalingReport(points: points, complaint: "The cores were not free.").table
        #expect(table.hasSuffix("The cores were not free."))
        #expect(!table.contains("2.00"))
        #expect(!table.contains("efficiency 1"))
    }

    @Test func report_ofRepeatsThatFarApart_isNotJudged() throws {
        var rates = [1.0, 10, 10, 10, 20, 10, 30, 10, 40].makeIterator()
        let report = try benchmark {
            $0.repeats = 4
            $0.cores = 2
        }.measure { _, _ in measurement(rate: rates.next() ?? 0) }
        #expect(report.points.map(\.coresWereFree) == [false, false])
    }

    @Test func report_ofOneNumberOfRanks_isJudgedByItsSpeeds() throws {
        var rates = [1.0, 10, 20, 30, 40].makeIterator()
        let report = try benchmark {
            $0.repeats = 4
            $0.ranks = [2]
            $0.cores = 2
        }.measure { _, _ in measurement(rate: rates.next() ?? 0) }
        #expect(report.points.map(\.coresWereFree) == [false])
    }

    @Test func report_ofPointsThatAllCrowd_callsNoCoreFree() throws {
        let report = try benchmark {
            $0.ranks = [3]
            $0.cores = 2
        }.measure { _, _ in measurement(rate: 1) }
        #expect(report.points.map(\.coresWereFree) == [false])
        #expect(report.table.hasSuffix("All points have more ranks and threads than cores, so nothing is judged."))
    }

    /// 512 samples were asked for.
    @Test func report_ofStepsThatTheDatasetCannotFill_saysSo() throws {
        let report = try benchmark { $0.cores = 2 }.measure { _, _ in measurement(rate: 1) }
        #expect(report.table.contains("On 2 ranks (weak) a step has 256 samples, all of the dataset, instead of 512."))
    }

    @Test func deadline_ofAJob_growsWithItsSecondsAndItsRanksPerCore() throws {
        var options = ScalingOptions()
        (options.seconds, options.cores, options.threads) = (100, 2, 2)
        #expect(options.deadlineSeconds(ScalingJob(ranks: 1, globalBatchSize: 1)) == 1000)
        #expect(options.deadlineSeconds(ScalingJob(ranks: 4, globalBatchSize: 1)) == 2200)
    }

    @Test func report_ofRepeatsThatEndDifferently_saysSo() throws {
        var digests = ["a", "a", "b", "a", "c"].makeIterator()
        let report = try benchmark {
            $0.ranks = [1, 2]
            $0.repeats = 2
        }.measure { _, _ in measurement(rate: 1, digest: digests.next() ?? "") }
        #expect(report.points.map(\.digestsAgree) == [true, false])
        #expect(report.points.map(\.parametersDigest) == ["a", "b"])
        #expect(report.table.contains("The repeats on 2 ranks (weak) did not all end on the same parameters."))
    }

    @Test func json_ofAPoint_hasTheNamesThatProgramsReadItBy() throws {
        let points = try benchmark { _ in }.measure { _, _ in measurement(rate: 10) }.points
        let data = try JSONEncoder().encode(ScalingPoints(points: points))
        let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: [[String: Any]]])
        let names = [
            "config", "mode", "ranks", "threads", "reproducible", "overlap", "imagesPerSecond", "spread", "speedUp",
            "efficiency", "bytesPerStep", "oversubscribed", "parametersDigest", "seconds",
        ]
        #expect(try Set(names).isSubset(of: #require(root["points"]?.first).keys))
    }

    @Test func measurement_inAJobsOutput_isFoundAmongOtherLines() throws {
        let sent = measurement(rate: 12.5)
        let output = "a warning\n\(try sent.line)\nanother\n"
        #expect(ScalingMeasurement(output: output) == sent)
        #expect(ScalingMeasurement(output: "nothing") == nil)
        #expect(ScalingMeasurement(output: "apus-measurement {") == nil)
    }

    private func benchmark(_ change: (inout ScalingOptions) -> Void) throws -> ScalingBenchmark {
        var options = ScalingOptions()
        options.repeats = 1
        change(&options)
        return try ScalingBenchmark(Experiment(name: "small"), config: "small.yaml", options)
    }

    private func measurement(rate: Double, digest: String = "d") -> ScalingMeasurement {
        ScalingMeasurement(
            steps: 40, globalBatchSize: 256, imagesPerSecond: rate, bytesPerStep: 8, reproducible: false,
            overlap: "auto", parametersDigest: digest, seconds: ScalingSeconds())
    }
}
