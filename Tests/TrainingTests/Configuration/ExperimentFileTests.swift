import Foundation
import TestSupport
import Testing

@testable import Training

@Suite struct ExperimentFileTests {
    private static let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL

    /// Calls `body` with the path of a file that holds `data`, in a folder that lives as long as the call.
    private func withFile(_ data: Data, _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "configuration-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "a.yaml")
        try data.write(to: file)
        try body(file.path)
    }

    @Test func file_valid_isRead() throws {
        try withFile(Data("name: test\nmodel: {name: mlp}\n".utf8)) { path in
            let read = try Experiment.load(file: path, overrides: ["seed=3"])
            #expect(read.seed == 3)
        }
    }

    @Test func file_withAnImpossibleValue_isNamed() throws {
        try withFile(Data("name: test\nseed: x".utf8)) { path in
            #expect(
                refusal { try Experiment.load(file: path) }
                    == "\(path):2: seed: expected a whole number from 0 to 18446744073709551615, found the text 'x'.")
        }
    }

    @Test func file_missing_isRefused() {
        #expect(refusal { try Experiment.load(file: "no/such.yaml") } == "no/such.yaml: there is no such file.")
    }

    @Test func file_thatIsAFolder_isRefused() {
        let folder = FileManager.default.temporaryDirectory.path
        #expect(
            refusal { try Experiment.load(file: folder) } == "\(folder): expected a YAML file, found a folder.")
    }

    @Test func file_notUTF8_isRefused() throws {
        try withFile(Data([0x6E, 0x3A, 0x20, 0xFF, 0xFE])) { path in
            #expect(refusal { try Experiment.load(file: path) } == "\(path): expected UTF-8 text, found other bytes.")
        }
    }

    @Test func file_withoutEnd_isRefused() {
        #expect(
            refusal { try Experiment.load(file: "/dev/zero") }
                == "/dev/zero: expected a YAML file of at most 1048576 bytes, found more.")
    }

    /// A training blocks the signals that would end a wait in open(2).
    @Test func file_thatIsAPipeNobodyWritesTo_isRefused() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/pipe"
        try #require(mkfifo(path, 0o600) == 0)
        #expect(
            refusal { try ConfigurationFile.bytes(of: path, limit: 10, patienceSeconds: 0) }
                == "\(path): expected a YAML file, found a pipe into which nobody wrote for 0 seconds.")
    }

    @Test func shippedConfigurations_all_areReadAndNamedLikeTheirFiles() throws {
        let folder = Self.root.appending(path: "configs")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(files.count >= 3)
        for file in files {
            let read = try Experiment.load(file: file.path)
            #expect(file.pathExtension == "yaml" && read.name == file.deletingPathExtension().lastPathComponent)
            #expect(try String(contentsOf: file, encoding: .utf8).contains("globalBatchSize: "), "\(file.path)")
        }
    }

    @Test(arguments: [
        ("softmax-regression", Experiment.Architecture.softmaxRegression),
        ("mlp", .mlp(widths: [256])),
        ("mlp-wide", .mlp(widths: [2048, 2048])),
    ])
    func shippedConfiguration_isTheExperimentItSays(name: String, architecture: Experiment.Architecture) throws {
        let read = try Experiment.load(file: Self.root.appending(path: "configs/\(name).yaml").path)
        var expected = Experiment(name: name)
        expected.model.architecture = architecture
        #expect(read == expected)
        #expect(read.training.batch == .global(256) && read.training.epochs == 10 && read.seed == 0)
        #expect(read.optimizer.learningRate == 0.1 && read.optimizer.momentum == 0)
    }

    @Test func documentation_hasARowForEveryKeyWithItsDefault() throws {
        let text = try String(contentsOf: Self.root.appending(path: "docs/configuration.md"), encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { row in
            row.split(separator: "|").prefix(2).map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
        }
        guard case .mapping(let sections) = Experiment(name: "test").tree.content else {
            Issue.record("the experiment is no mapping")
            return
        }
        let keys = sections.flatMap { section -> [(String, ConfigurationTree)] in
            guard case .mapping(let entries) = section.value.content else { return [(section.key, section.value)] }
            return entries.map { ("\(section.key).\($0.key)", $0.value) }
        }
        let expected = keys.map { key, value in
            let plain = value.flowText.hasSuffix(".0") ? String(value.flowText.dropLast(2)) : value.flowText
            return key == "name" ? "`name` required" : "`\(key)` `\(plain)`"
        }
        #expect(rows == expected)
    }
}
