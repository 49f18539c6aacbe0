import Communication
import DataParallel
import Datasets
import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Training

/// What becomes of `precision`, on processors with bfloat16 and without.
@Suite struct PrecisionTests {
    private let folder: TemporaryFolder
    private let experiment: Experiment

    init() throws {
        folder = try TemporaryFolder()
        experiment = smallExperiment(try folder.writeDataset())
    }

    @Test(arguments: [
        (Experiment.Precision.float32, ["", "A"], ComputePrecision.float32), (.auto, ["", ""], .bfloat16),
        (.auto, ["", "A"], .float32), (.bfloat16, [""], .bfloat16),
    ])
    func support_everyWish_isWhatTheLeastProcessorCan(
        wanted: Experiment.Precision, without: [String], expected: ComputePrecision
    ) throws {
        let support = BFloat16Support(cpuModelsWithout: without)
        #expect(try support.choose(wanted, origin: "a.yaml") == expected)
        #expect((support.notice(wanted) != nil) == (wanted == .auto && expected == .float32))
    }

    @Test func support_bfloat16WithoutIt_isRefusedNamingTheProcessor() {
        let alone = #expect(throws: ConfigurationError.self) {
            try BFloat16Support(cpuModelsWithout: ["EPYC"]).choose(.bfloat16, origin: "a.yaml")
        }
        let sentence =
            "a.yaml: precision: bfloat16 needs processors that multiply it themselves (AVX512-BF16 or AMX), "
            + "and this processor (EPYC) does not; use float32, or auto to take bfloat16 only where it is fast."
        #expect(alone?.description == sentence)
        let mixed = BFloat16Support(cpuModelsWithout: ["", "EPYC"])
        let error = #expect(throws: ConfigurationError.self) { try mixed.choose(.bfloat16, origin: "a.yaml") }
        #expect(error?.description.contains("that of rank 1 (EPYC)") == true)
        #expect(mixed.notice(.auto)?.contains("float32 here, because that of rank 1 (EPYC)") == true)
    }

    @Test(arguments: [1, 2])
    func training_bfloat16_isNativeOrRefusedOnAllRanksAlike(ranks: Int) throws {
        var experiment = experiment
        experiment.precision = .bfloat16
        let run = folder.path + "/run"
        let outcomes = try TestRun(experiment, runDirectory: run, ranks: ranks).onThreads()
        if OneDNN.multipliesBFloat16 {
            #expect(outcomes.allSatisfy { $0.outcome?.isFinished == true })
            #expect(try recorded(run) == ["bfloat16", "bfloat16"])
            return
        }
        let failures = try outcomes.map { try #require($0.error as? SettledFailure) }
        #expect(failures.allSatisfy { $0.isAlike && $0.exitCode == ExitStatus.usage.rawValue })
        #expect(failures[0].message(for: 0)?.hasPrefix("experiment 'small': precision: bfloat16 needs") == true)
        #expect(!FileManager.default.fileExists(atPath: run))
    }

    @Test func training_auto_isFast() throws {
        var experiment = experiment
        experiment.precision = .auto
        let run = TestRun(experiment, runDirectory: folder.path + "/run")
        let automatic = try #require(run.alone().outcome)
        let expected = OneDNN.multipliesBFloat16 ? "bfloat16" : "float32"
        #expect(try recorded(folder.path + "/run") == [expected, expected])
        #expect(run.messages.notices.contains { $0.contains("auto is float32") } == !OneDNN.multipliesBFloat16)
        experiment.precision = .float32
        let plain = try #require(TestRun(experiment).alone().outcome)
        #expect((automatic.parametersDigest == plain.parametersDigest) == !OneDNN.multipliesBFloat16)
    }

    /// The software form trains nearly alike, on any number of ranks, and is named for what it is.
    @Test func training_emulated_hasNearlyTheLossesOfFloat32() throws {
        let exact = try losses("exact", .float32)
        let rounded = try losses("rounded", .bfloat16)
        let ranks = try losses("ranks", .bfloat16, ranks: 2)
        #expect(try recorded(folder.path + "/rounded") == ["emulatedBFloat16", "emulatedBFloat16"])
        for (step, loss) in exact {
            let (other, split) = (try #require(rounded[step]), try #require(ranks[step]))
            #expect(other != loss && abs(other - loss) < 0.02 * loss)
            // Sums in another order tip a few roundings.
            #expect(abs(split - other) < 1e-3 * other)
        }
    }

    @Test func evaluation_ofACheckpoint_isInItsPrecisionUnlessAskedOtherwise() throws {
        let losses = try losses("run", .bfloat16)
        let file = folder.path + "/run/checkpoints/" + CheckpointFile.name(step: 10)
        func evaluate(_ precision: Experiment.Precision?) throws -> CheckpointEvaluation {
            try CheckpointEvaluation.run(
                file, split: .test, threads: 1, precision: precision, emulatesBFloat16: true,
                over: SingleProcessCommunicator())
        }
        let (own, other) = (try evaluate(nil), try evaluate(.float32))
        let reported = try #require(losses[10])
        // Reading the log may cost a last bit.
        #expect(own.precision == "emulatedBFloat16" && abs(own.loss - reported) <= 1e-14 * reported)
        #expect(other.precision == "float32" && abs(other.loss - reported) > 1e-7 * reported)
    }

    /// Validation losses by step.
    private func losses(_ name: String, _ precision: Experiment.Precision, ranks: Int = 1) throws -> [Int: Double] {
        var experiment = experiment
        experiment.precision = precision
        let path = folder.path + "/" + name
        var run = TestRun(experiment, runDirectory: path, ranks: ranks)
        run.options.emulatesBFloat16 = true
        #expect(try run.onThreads().allSatisfy { $0.outcome?.isFinished == true })
        let losses = try Metrics(runDirectory: path).values(of: "validationLoss", in: "epoch")
        #expect(losses.keys.sorted() == [5, 10])
        return losses
    }

    /// What manifest and start record say.
    private func recorded(_ run: String) throws -> [String?] {
        let manifest = try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(fileURLWithPath: run + "/manifest.json")))
        let start = try String(contentsOfFile: run + "/metrics.jsonl", encoding: .utf8).prefix { $0 != "\n" }
        let record = try JSONSerialization.jsonObject(with: Data(start.utf8))
        return [manifest, record].map { ($0 as? [String: Any])?["precision"] as? String }
    }
}
