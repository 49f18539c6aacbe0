/// What `Tests/Golden/make_batch_norm.py` wrote; the script states the format.
public struct BatchNormalizationGolden: Decodable {
    /// A batch with what PyTorch makes of it, before and after one step.
    public struct Case: Decodable, Sendable, CustomStringConvertible {
        public let shape: [Int]
        public let input, upstream, shortcut, weight, bias, runningMean, runningVar, nextMean, nextVar: [Float]
        public let plain, rectified, residual, evaluation: Results

        public var description: String { "\(shape)" }
    }

    /// The results of one form of the normalisation.
    public struct Results: Decodable, Sendable {
        public let output, inputGradient, weightGradient, biasGradient: [Float]
        public let shortcutGradient: [Float]?
    }

    private let cases: [Case]

    /// All cases.
    public static func load() throws -> [Case] {
        try (GoldenFile.read("batch_norm") as BatchNormalizationGolden).cases
    }
}
