import Communication
import Foundation
import Logging
import Optimization
import Synchronization

@testable import Training

extension TemporaryFolder {
    /// Writes a dataset in Fashion-MNIST's format into the sub-folder `name` and returns its path. The files are plain, so no cache
    /// is touched. Images are noise with a bright band whose height is the class, so that there is something to learn.
    func writeDataset(_ name: String = "data", training: Int = 150, validation: Int = 60, seed: UInt32 = 1) throws
        -> String
    {
        let folder = "\(path)/\(name)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (prefix, count) in [("train", training), ("t10k", validation)] {
            let labels = (0..<count).map { (sample: Int) -> UInt8 in UInt8((sample * 7 + sample / 10) % 10) }
            var pixels: [UInt8] = []
            var noise = seed &+ UInt32(count)
            for label in labels {
                for place in 0..<784 {
                    noise = noise &* 1_664_525 &+ 1_013_904_223
                    pixels.append(UInt8(noise >> 25) + (place / 56 == Int(label) ? 128 : 0))
                }
            }
            try Data(idx([count, 28, 28], pixels)).write(
                to: URL(fileURLWithPath: "\(folder)/\(prefix)-images-idx3-ubyte"))
            try Data(idx([count], labels)).write(to: URL(fileURLWithPath: "\(folder)/\(prefix)-labels-idx1-ubyte"))
        }
        return folder
    }

    private func idx(_ dimensions: [Int], _ elements: [UInt8]) -> [UInt8] {
        let sizes = dimensions.flatMap { size in withUnsafeBytes(of: UInt32(size).bigEndian) { Array($0) } }
        return [0, 0, 8, UInt8(dimensions.count)] + sizes + elements
    }
}

/// An experiment on the dataset at `data`: two epochs of five steps, the last of them short, with all that an optimizer can remember.
func smallExperiment(_ data: String) -> Experiment {
    var experiment = Experiment(name: "small")
    experiment.dataset.path = data
    experiment.model.architecture = .mlp(widths: [12])
    experiment.training.epochs = 2
    experiment.training.batch = .global(32)
    experiment.optimizer.momentum = 0.9
    experiment.optimizer.nesterov = true
    experiment.optimizer.weightDecay = 0.01
    experiment.optimizer.scaling = .none
    experiment.optimizer.learningRate = 0.05
    return experiment
}

/// How one rank's training went.
enum RankOutcome: Sendable {
    case finished(TrainingOutcome)
    case failed(any Error)

    var outcome: TrainingOutcome? { if case .finished(let outcome) = self { outcome } else { nil } }
    var error: (any Error)? { if case .failed(let error) = self { error } else { nil } }
}

/// A training on some ranks, as a test asks for it.
struct TestRun {
    var experiment: Experiment
    var options = TrainingOptions()
    var ranks = 1

    /// Does what a test does to one rank between its set-up and its first step.
    var interfere: @Sendable (Trainer) throws -> Void = { _ in }

    /// Gives each rank the experiment it thinks it was started with.
    var experimentOfRank: (@Sendable (Int) -> Experiment)?

    let messages = MessageCollector()

    init(_ experiment: Experiment, runDirectory: String? = nil, resume: TrainingOptions.Resume = .none, ranks: Int = 1)
    {
        self.experiment = experiment
        self.ranks = ranks
        options.runDirectory = runDirectory
        options.resume = resume
        options.writesRun = runDirectory != nil
        // Threads change bits, and the machine's number of cores is no matter of these tests.
        options.threads = 1
    }

    /// Trains on threads of this process; returns how it went on every rank.
    func onThreads() throws -> [RankOutcome] {
        try ThreadCommunicator.run(size: ranks) { [options, messages, interfere, experiment, experimentOfRank] in
            let own = experimentOfRank?($0.rank) ?? experiment
            return Self.train(own, options, messages, interfere, over: $0)
        }
    }

    /// Trains without any other rank.
    func alone() -> RankOutcome {
        Self.train(experiment, options, messages, interfere, over: SingleProcessCommunicator())
    }

    private static func train(
        _ experiment: Experiment, _ options: TrainingOptions, _ messages: MessageCollector,
        _ interfere: (Trainer) throws -> Void, over communicator: any Communicator
    ) -> RankOutcome {
        // What would hang is to fail instead.
        communicator.waitPolicy.abortSeconds = 120
        do {
            let trainer = Trainer(
                try TrainerSetup(
                    experiment, options, over: communicator, logger: messages.logger(rank: communicator.rank),
                    console: nil))
            try interfere(trainer)
            return .finished(try trainer.run())
        } catch {
            return .failed(error)
        }
    }
}

/// Keeps what is logged, as "rank level: message".
final class MessageCollector: Sendable {
    private let lines = Mutex<[String]>([])

    var warnings: [String] { lines.withLock { $0.filter { $0.contains(" warning: ") } } }

    func logger(rank: Int) -> Logger {
        Logger(label: "test") { _ in Handler(rank: rank, collector: self) }
    }

    private struct Handler: LogHandler {
        let rank: Int
        let collector: MessageCollector
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            collector.lines.withLock { $0.append("\(rank) \(event.level): \(event.message)") }
        }
    }
}

/// The lines of a `metrics.jsonl`.
struct Metrics {
    private let lines: [[String: Any]]

    init(runDirectory: String) throws {
        let text = try String(contentsOfFile: runDirectory + "/metrics.jsonl", encoding: .utf8)
        lines = try text.split(separator: "\n").map {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
        }
    }

    /// The values of `field` in all events of one kind, by the value of `key`; the later line holds.
    func values(of field: String, in event: String, by key: String = "step") -> [Int: Double] {
        var values: [Int: Double] = [:]
        for line in lines where line["event"] as? String == event {
            guard let place = line[key] as? Int else { continue }
            values[place] = line[field] as? Double
        }
        return values
    }

    var checkpointFiles: [String] {
        lines.filter { $0["event"] as? String == "checkpoint" }.compactMap { $0["file"] as? String }
    }
}
