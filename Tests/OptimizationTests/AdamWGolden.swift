import TestSupport
import Testing

/// What `Tests/Golden/make_adamw.py` wrote; the script states the format.
struct AdamWGolden: Decodable {
    struct Case: Decodable, CustomTestStringConvertible, Sendable {
        let name: String
        let beta1: Double
        let beta2: Double
        let epsilon: Double
        let weightDecay: Float
        let initial: [Float]
        let steps: [Step]

        var testDescription: String { name }
    }

    struct Step: Decodable, Sendable {
        let learningRate: Float
        let gradient: [Float]
        let parameters: [Float]
        let firstMoment: [Float]
        let secondMoment: [Float]
    }

    let cases: [Case]

    static func load() throws -> [Case] {
        try (GoldenFile.read("adamw") as AdamWGolden).cases
    }
}
