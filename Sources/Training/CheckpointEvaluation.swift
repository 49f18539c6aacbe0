public import Communication
import DataParallel
public import Datasets
import Foundation
import NeuralNetwork
import TensorCore

/// The result of evaluating a checkpoint on a split of its dataset.
public struct CheckpointEvaluation: Codable, Sendable {
    /// The file.
    public let checkpoint: String

    /// The part of the dataset.
    public let split: DatasetSplit

    /// Samples, each counted once.
    public let samples: Int

    /// The numbers that products were computed from.
    public let precision: String

    /// The mean loss.
    public let loss: Double

    /// The share of samples classified correctly, in `[0, 1]`.
    public let accuracy: Double

    /// Evaluates the checkpoint at `path`. Collective: all ranks must reach this.
    /// - Parameters:
    ///   - precision: instead of the experiment's.
    ///   - emulatesBFloat16: as in ``TrainingOptions/emulatesBFloat16``.
    ///   - notify: takes remarks, such as why a cache was not used.
    /// - Throws: ``SettledFailure`` on all ranks alike.
    public static func run(
        _ path: String, split: DatasetSplit, threads: Int?, precision: Experiment.Precision? = nil,
        emulatesBFloat16: Bool = false, over communicator: any Communicator, notify: (String) -> Void = { _ in }
    ) throws -> CheckpointEvaluation {
        // Asked for in any case: all ranks must reach it, and only some may have been given --threads.
        let budget = try ThreadBudget.threadsPerRank(over: communicator)
        let threads = threads ?? budget
        let ranks = try Machine.ranksOnThisHost(of: communicator)
        let support = try BFloat16Support(emulated: emulatesBFloat16, over: communicator)
        let (replica, dataset) = try Settlement.settle(over: communicator, exitCode: ExitStatus.of) {
            let checkpoint = try Checkpoint(path: path)
            let wanted = precision ?? checkpoint.experiment.precision
            support.notice(wanted).map(notify)
            let chosen = try support.choose(wanted, origin: precision == nil ? path : "--precision")
            return try load(checkpoint, split, threads, chosen, ranks: ranks)
        }
        dataset.notices.forEach(notify)
        try Agreement.check(
            [
                ("checkpoint", replica.model.digest(of: replica.values, buffers: replica.buffers)),
                ("split", split.rawValue), ("precision", replica.precision.rawValue),
                ("dataset", dataset.digest),
            ], over: communicator)
        let result = try Evaluator(dataset).evaluate(replica, over: communicator)
        return CheckpointEvaluation(
            checkpoint: path, split: split, samples: result.sampleCount,
            precision: replica.precision.rawValue, loss: result.loss, accuracy: result.accuracy)
    }

    private static func load(
        _ checkpoint: Checkpoint, _ split: DatasetSplit, _ threads: Int, _ precision: ComputePrecision, ranks: Int
    ) throws -> (Replica, ImageDataset) {
        let settings = checkpoint.experiment.dataset
        let dataset = try FashionMNIST.load(
            path: settings.path, split: split, limit: split == .train ? settings.limit : nil)
        let model = try checkpoint.makeModel(
            inputShape: Shape(dataset.sampleShape), classes: dataset.classNames.count)
        // Before there is any memory for it: the model that a damaged file describes may be of any size.
        try checkpoint.requireTensors(of: model)
        let plan = ComputePlan(
            checkpoint.experiment, model, threads: threads, rank: 0, size: 1, precision: precision)
        try MemoryNeed(evaluating: model, plan, sampleCount: dataset.count).require(ranks: ranks)
        let replica = try Replica(
            model, loss: checkpoint.experiment.loss.name, plan, targets: [GradientTarget(model)],
            largestPass: EvaluationPlan.blockSize)
        try checkpoint.load(into: replica.values, buffers: replica.buffers, of: model)
        return (replica, dataset)
    }

    /// One JSON object.
    public var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            encoder.nonConformingFloatEncodingStrategy = .convertToString(
                positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    /// One sentence for people.
    public var sentence: String {
        String(
            format: "%@ on %d %@ samples: accuracy %.2f %%, loss %.4f", checkpoint, samples, split.rawValue,
            accuracy * 100, loss)
    }
}
