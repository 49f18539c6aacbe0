import Foundation

/// What one job of a scaling benchmark tells: its steps, measured on its ranks.
public struct ScalingMeasurement: Codable, Equatable, Sendable {
    /// Measured steps, after those that warmed up.
    public var steps: Int
    /// Samples of one step over all ranks.
    public var globalBatchSize: Int
    /// Over all ranks.
    public var imagesPerSecond: Double
    /// Bytes that each rank contributes to the messages of a step.
    public var bytesPerStep: Int
    /// As the experiment has it.
    public var reproducible: Bool
    /// As the experiment has it.
    public var overlap: String
    /// SHA-256, in hex, of all parameters and buffers after the last step.
    public var parametersDigest: String
    /// Per step.
    public var seconds: ScalingSeconds

    /// One line of JSON, by which a rank tells the process that started it.
    public var line: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return Self.mark + String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    /// The measurement in a job's output, wherever it stands in there; nil if there is none.
    public init?(output: String) {
        let lines = output.split(separator: "\n").filter { $0.hasPrefix(Self.mark) }
        guard lines.count == 1, let json = lines.first?.dropFirst(Self.mark.count) else { return nil }
        guard let found = try? JSONDecoder().decode(Self.self, from: Data(json.utf8)) else { return nil }
        self = found
    }

    init(
        steps: Int, globalBatchSize: Int, imagesPerSecond: Double, bytesPerStep: Int, reproducible: Bool,
        overlap: String, parametersDigest: String, seconds: ScalingSeconds
    ) {
        self.steps = steps
        self.globalBatchSize = globalBatchSize
        self.imagesPerSecond = imagesPerSecond
        self.bytesPerStep = bytesPerStep
        self.reproducible = reproducible
        self.overlap = overlap
        self.parametersDigest = parametersDigest
        self.seconds = seconds
    }

    private static let mark = "apus-measurement "
}
