public import Foundation
public import Reports

/// What a run's bits and speed depend on, apart from its configuration: `manifest.json`.
public struct Manifest: Codable, Equatable, Sendable {
    /// What ran.
    public let versions: Versions
    /// SHA-256 of rank 0's executable file, in hex.
    public let program: String
    /// Rank 0's processor.
    public let cpuModel: String
    /// The instruction set that oneDNN uses.
    public let instructionSet: String
    /// The numbers that products are computed from: what `precision` has come to on these processors.
    public let precision: String
    /// The host of each rank, in the order of ranks.
    public let hosts: [String]
    /// The number of ranks.
    public let worldSize: Int
    /// The compute threads of each rank, in the order of ranks.
    public let threads: [Int]
    /// Samples of one update over all ranks.
    public let globalBatchSize: Int
    /// SHA-256, in hex.
    public let datasetDigest: String
    /// The number of trained numbers.
    public let parameterCount: Int
    /// The words that started rank 0.
    public let commandLine: [String]
    /// When rank 0 was ready for the first step.
    public let startTime: Date

    /// A manifest of these.
    public init(
        versions: Versions, program: String, cpuModel: String, instructionSet: String, precision: String,
        hosts: [String], worldSize: Int, threads: [Int], globalBatchSize: Int, datasetDigest: String,
        parameterCount: Int, commandLine: [String], startTime: Date
    ) {
        self.versions = versions
        self.program = program
        self.cpuModel = cpuModel
        self.instructionSet = instructionSet
        self.precision = precision
        self.hosts = hosts
        self.worldSize = worldSize
        self.threads = threads
        self.globalBatchSize = globalBatchSize
        self.datasetDigest = datasetDigest
        self.parameterCount = parameterCount
        self.commandLine = commandLine
        self.startTime = startTime
    }

    /// Indented JSON with sorted keys, one final newline; the time as ISO 8601 in UTC.
    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return try encoder.encode(self) + Data("\n".utf8)
    }
}
