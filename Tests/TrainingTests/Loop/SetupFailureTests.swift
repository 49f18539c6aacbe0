import Communication
import DataParallel
import Foundation
import TestSupport
import Testing

@testable import Training

/// Ranks that were started differently, or of which some cannot start: all end alike, and none waits.
@Suite struct SetupFailureTests {
    private let folder: TemporaryFolder
    private let experiment: Experiment

    init() throws {
        folder = try TemporaryFolder()
        experiment = smallExperiment(try folder.writeDataset())
    }

    /// The errors of three ranks, when rank 2 has an experiment of its own.
    private func errors(rankTwo change: (inout Experiment) throws -> Void) throws -> [any Error] {
        var other = experiment
        try change(&other)
        var run = TestRun(experiment, runDirectory: folder.path + "/run", ranks: 3)
        run.experimentOfRank = { [experiment, other] in $0 == 2 ? other : experiment }
        return try run.onThreads().map { try #require($0.error) }
    }

    private func expectDisagreement(
        _ errors: [any Error], _ words: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for error in errors {
            #expect(error is DisagreementError, sourceLocation: sourceLocation)
            #expect(ExitStatus.of(error) == ExitStatus.usage.rawValue, sourceLocation: sourceLocation)
            for word in words { #expect("\(error)".contains(word), sourceLocation: sourceLocation) }
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/run"), sourceLocation: sourceLocation)
    }

    @Test func setup_otherConfigurationOnOneRank_isADisagreementOnAll() throws {
        let errors = try errors { $0.optimizer.learningRate = 0.25 }
        expectDisagreement(
            errors, "about the configuration", "rank 0 has 'learningRate: 0.05'", "rank 2 has 'learningRate: 0.25'")
    }

    @Test func setup_otherDatasetOnOneRank_isADisagreementOnAll() throws {
        expectDisagreement(
            try errors { $0.dataset.path = try folder.writeDataset("other", seed: 2) }, "about the dataset", "rank 2")
    }

    @Test func setup_otherValidationDataOnOneRank_isADisagreementOnAll() throws {
        expectDisagreement(
            try errors { $0.dataset.path = try folder.writeDataset("other", validation: 61) },
            "about the validation data")
    }

    @Test func setup_sameDataElsewhereOnOneRank_isNoDisagreement() throws {
        var other = experiment
        other.dataset.path = try folder.writeDataset("other")
        var run = TestRun(experiment, ranks: 2)
        run.experimentOfRank = { [experiment, other] in $0 == 1 ? other : experiment }
        #expect(try run.onThreads().allSatisfy { $0.outcome?.isFinished == true })
    }

    @Test func setup_noDatasetOnOneRank_isAFailureOnAllThatThisRankPrints() throws {
        let missing = folder.path + "/nowhere"
        let failures = try errors { $0.dataset.path = missing }.map { try #require($0 as? SettledFailure) }
        #expect(failures.allSatisfy { $0.failedRanks == [2] && $0.exitCode == ExitStatus.badContent.rawValue })
        #expect(failures.enumerated().map { $1.message(for: $0) == nil } == [true, true, false])
        #expect(failures[2].message(for: 2)?.contains(missing) == true)
    }

    @Test func setup_noDatasetOnAnyRank_isPrintedOnce() throws {
        var nowhere = experiment
        nowhere.dataset.path = folder.path + "/nowhere"
        let failures = try TestRun(nowhere, ranks: 3).onThreads().map { try #require($0.error as? SettledFailure) }
        #expect(failures.enumerated().compactMap { $1.message(for: $0) }.count == 1)
        #expect(failures.allSatisfy { $0.isAlike && $0.exitCode == ExitStatus.badContent.rawValue })
    }

    @Test func setup_impossibleRunDirectory_isAFailureOnAllWithCodeOne() throws {
        let file = try folder.write("x", to: "file")
        let failures = try TestRun(experiment, runDirectory: file, ranks: 3).onThreads()
            .map { try #require($0.error as? SettledFailure) }
        #expect(failures.allSatisfy { $0.failedRanks == [0] && $0.exitCode == ExitStatus.failure.rawValue })
        #expect(failures[0].message(for: 0)?.contains(file) == true)
    }

    @Test func setup_runDirectoryThatHoldsARun_isRefusedAndLeftAsItIs() throws {
        let run = folder.path + "/run"
        _ = try #require(TestRun(experiment, runDirectory: run).alone().outcome)
        let before = try folder.text(of: "run/metrics.jsonl")
        let error = TestRun(experiment, runDirectory: run).alone().error
        #expect((error as? SettledFailure)?.message(for: 0)?.contains("already holds a run") == true)
        #expect(try folder.text(of: "run/metrics.jsonl") == before)
    }

    @Test func setup_impossibleModel_isAUsageErrorOnAll() throws {
        var impossible = experiment
        impossible.model.architecture = .layers([.flatten, .linear(9)])
        let failures = try TestRun(impossible, ranks: 2).onThreads().map { try #require($0.error as? SettledFailure) }
        #expect(failures.allSatisfy { $0.exitCode == ExitStatus.usage.rawValue })
        #expect(
            failures[0].message(for: 0) == "model: the last layer gives [9] per sample, but the dataset has 10 classes."
        )
    }
}
