import Communication
import Datasets
import Foundation
import NeuralNetwork
import SafeTensors
import TensorCore
import TestSupport
import Testing

@testable import DataParallel
@testable import Training

/// Trainings of a model with buffers.
@Suite struct BatchNormTrainingTests {
    private let folder: TemporaryFolder
    private let experiment: Experiment

    init() throws {
        folder = try TemporaryFolder()
        var experiment = smallExperiment(try folder.writeDataset())
        experiment.model.architecture = .layers([.flatten, .linear(12), .plain(.batchNorm), .relu, .linear(10)])
        self.experiment = experiment
    }

    private func train(
        _ name: String, steps: Int? = nil, resume: TrainingOptions.Resume = .none, ranks: Int = 1,
        _ change: (inout Experiment) -> Void = { _ in }
    ) throws -> TrainingOutcome {
        var own = experiment
        own.training.steps = steps
        change(&own)
        let run = TestRun(own, runDirectory: folder.path + "/" + name, resume: resume, ranks: ranks)
        let outcomes = try run.onThreads()
        if let error = outcomes[0].error { throw error }
        let outcome = try #require(outcomes[0].outcome)
        #expect(outcomes.allSatisfy { $0.outcome == outcome })
        return outcome
    }

    /// What it would see is a single value of each feature, alone or in pieces; two samples, or those of all ranks, are enough.
    @Test func training_ofSingleValues_isRefusedNamingTheLayer() throws {
        func refusals(_ change: (inout Experiment) -> Void) throws -> [String] {
            var own = experiment
            own.training.steps = 1
            change(&own)
            let run = TestRun(own, runDirectory: folder.path + "/single", ranks: 2)
            return try run.onThreads().compactMap { ($0.error as? SettledFailure)?.message(for: 0) }
        }
        let pieces = try refusals { $0.training.accumulationSteps = 16 }
        let alone = try refusals { $0.training.batch = .global(2) }
        for messages in [pieces, alone] {
            #expect(messages.count == 2)
            #expect(messages.allSatisfy { $0.contains("layer '2' (batchNorm) would see one sample at a time") })
        }
        let joined = try refusals {
            $0.training.batch = .global(2)
            $0.dataParallel.batchNorm = .global
        }
        #expect(joined.isEmpty)
    }

    private func buffer(_ name: String, of run: String, step: Int) throws -> [Float] {
        let file = "\(folder.path)/\(run)/checkpoints/\(CheckpointFile.name(step: step))"
        return try SafeTensorsFile(path: file).floats(name)
    }

    @Test(arguments: [1, 2, 3, 5])
    func training_severalRanks_endsWithTheSameBuffersEverywhere(ranks: Int) throws {
        #expect(try train("run", ranks: ranks).isFinished)
    }

    /// More ranks than samples in the second and the fourth step: some see nothing.
    @Test func training_ranksWithoutSamples_endsWithTheSameBuffersEverywhere() throws {
        let outcome = try train("run", steps: 4, ranks: 5) { $0.dataset.limit = 34 }
        #expect(outcome.step == 4)
        #expect(try buffer("2.running_var", of: "run", step: 4).allSatisfy { $0.isFinite && $0 != 1 })
    }

    /// At rate 0 the layer sees the same numbers however they are cut, and follows them alike.
    @Test(arguments: [2, 3, 4])
    func training_atRateZero_followsTheSameStatisticsOnAnyNumberOfRanks(ranks: Int) throws {
        let freeze: (inout Experiment) -> Void = {
            $0.optimizer.learningRate = 0
            $0.optimizer.weightDecay = 0
        }
        _ = try train("one", steps: 5, freeze)
        _ = try train("several", steps: 5, ranks: ranks, freeze)
        for name in ["2.running_mean", "2.running_var"] {
            let one = try buffer(name, of: "one", step: 5)
            let several = try buffer(name, of: "several", step: 5)
            #expect(one.count == 12 && Set(one).count == 12)
            #expect(zip(one, several).allSatisfy { abs($0 - $1) <= 1e-6 * max(1, abs($0)) })
        }
    }

    @Test(arguments: [(3, 1), (5, 1), (7, 2)])
    func resume_afterAStop_changesNoBit(stop: Int, ranks: Int) throws {
        let whole = try train("whole", ranks: ranks)
        let stopped = try train("halves", steps: stop, ranks: ranks)
        #expect(stopped.step == stop && stopped.parametersDigest != whole.parametersDigest)
        #expect(try train("halves", resume: .auto, ranks: ranks) == whole)
        #expect(
            try buffer("2.running_mean", of: "halves", step: 10) == buffer("2.running_mean", of: "whole", step: 10))
    }

    @Test func training_oneRankHoldsOtherBuffers_isNoResult() throws {
        var run = TestRun(experiment, ranks: 2)
        run.interfere = { if $0.communicator.rank == 1 { $0.replica.buffers.base[3] += 1e-3 } }
        let errors = try run.onThreads().map { $0.error as? TrainingError }
        let what = try #require(ReplicaDifference(of: "2.running_mean", hashes: [0, 1]))
        let expected = TrainingError.replicasDiffer(what, step: 5, equalAtStep: 0, checkpoint: nil)
        #expect(errors == [expected, expected])
    }

    @Test func evaluation_ofACheckpoint_usesItsBuffers() throws {
        _ = try train("run", steps: 5)
        let file = "\(folder.path)/run/checkpoints/\(CheckpointFile.name(step: 5))"
        let result = try CheckpointEvaluation.run(
            file, split: .test, threads: 1, over: SingleProcessCommunicator())
        let validation = try Metrics(runDirectory: folder.path + "/run").values(of: "validationLoss", in: "epoch")
        #expect(result.loss == validation[5])
    }

    /// Buffers that have left the range of Float are no state to go on from.
    @Test func training_bufferNotFinite_isNotCheckpointed() throws {
        var run = TestRun(experiment, runDirectory: folder.path + "/run", ranks: 2)
        run.interfere = { $0.replica.buffers.elements.update(repeating: .infinity) }
        let outcomes = try run.onThreads()
        #expect(outcomes.allSatisfy { $0.error != nil })
        let text = (outcomes[0].error as? SettledFailure)?.message(for: 0) ?? ""
        #expect(text.contains("'2.running_mean' is no longer finite"))
    }
}
