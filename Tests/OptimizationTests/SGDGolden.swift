import TestSupport
import Testing

/// What `Tests/Golden/make_sgd.py` wrote; the script states the format.
struct SGDGolden: Decodable {
    struct Case: Decodable, CustomTestStringConvertible, Sendable {
        let name: String
        let momentum: Float
        let nesterov: Bool
        let weightDecay: Float
        let initial: [Float]
        let steps: [Step]

        var testDescription: String { name }
    }

    struct Step: Decodable, Sendable {
        let learningRate: Float
        let gradient: [Float]
        let parameters: [Float]
        let velocity: [Float]?
    }

    let cases: [Case]

    static func load() throws -> [Case] {
        try (GoldenFile.read("sgd") as SGDGolden).cases
    }
}
