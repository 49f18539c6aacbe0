import Foundation
import Testing

/// What `Tests/Golden/make_batch_norm.py` wrote; the script states the format.
struct BatchNormalizationGolden: Decodable {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let shape: [Int]
        let input, upstream, shortcut, weight, bias, runningMean, runningVar, nextMean, nextVar: [Float]
        let plain, rectified, residual, evaluation: Results

        var testDescription: String { "\(shape)" }
    }

    struct Results: Decodable, Sendable {
        let output, inputGradient, weightGradient, biasGradient: [Float]
        let shortcutGradient: [Float]?
    }

    private let cases: [Case]

    static func load(from source: String = #filePath) throws -> [Case] {
        let file = URL(fileURLWithPath: source).appending(path: "../../Golden/batch_norm.json").standardizedFileURL
        return try JSONDecoder().decode(Self.self, from: Data(contentsOf: file)).cases
    }
}
