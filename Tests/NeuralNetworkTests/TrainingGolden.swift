import TestSupport
import Testing

/// What `Tests/Golden/make_training.py` wrote; the script states the format.
struct TrainingGolden: Decodable {
    struct Problem: Decodable, Sendable {
        let name: String
        let features: [Int]
        let batch: Int
        let initial: [String: [Float]]
        let batches: [Batch]
        let runs: [Run]
    }

    struct Batch: Decodable, Sendable {
        let input: [Float]
        let labels: [Int32]
    }

    struct Run: Decodable, Sendable {
        let name: String
        let momentum: Float
        let nesterov: Bool
        let weightDecay: Float
        let learningRate: Float
        let losses: [Float]
        let final: [String: [Float]]
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let problem: Problem
        let run: Run

        var testDescription: String { "\(problem.name), \(run.name)" }
    }

    private let models: [Problem]

    static func load() throws -> [Case] {
        let golden: TrainingGolden = try GoldenFile.read("training")
        return golden.models.flatMap { problem in problem.runs.map { Case(problem: problem, run: $0) } }
    }
}
