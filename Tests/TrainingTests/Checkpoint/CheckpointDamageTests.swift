import Foundation
import Optimization
import SafeTensors
import TensorCore
import TestSupport
import Testing

@testable import Training

@Suite struct CheckpointDamageTests {
    private let folder: TemporaryFolder
    private let state: SmallState

    init() throws {
        folder = try TemporaryFolder()
        state = try SmallState(in: folder).write()
    }

    /// Expects that opening or loading the file fails with one sentence about it, and with the exit code for bad
    /// content.
    private func expectRefusal(
        _ words: String = ".", _ state: SmallState? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let state = state ?? self.state
        #expect(sourceLocation: sourceLocation) {
            _ = try state.load()
        } throws: { error in
            let text = "\(error)"
            return text.contains(state.path) && text.contains(words) && text.hasSuffix(".")
                && ExitStatus.of(error) == ExitStatus.badContent.rawValue
        }
    }

    /// The same tensors, some of them changed, under metadata of the original.
    private func rewrite(
        metadata change: (inout [String: String]) -> Void = { _ in },
        tensors: (_ name: String, _ shape: [Int]) -> [Int]? = { $1 }
    ) throws {
        let file = try SafeTensorsFile(path: state.path)
        var metadata = file.metadata
        change(&metadata)
        var writer = SafeTensorsWriter(metadata: metadata)
        // The writer borrows what it writes.
        var storages: [FlatStorage] = []
        for entry in file.entries {
            guard let shape = tensors(entry.name, entry.shape) else { continue }
            let storage = FlatStorage(count: entry.elementCount)
            _ = storage.elements.update(fromContentsOf: try file.floats(entry.name))
            try writer.add(entry.name, shape: shape, elements: UnsafeBufferPointer(storage.elements))
            storages.append(storage)
        }
        try withExtendedLifetime(storages) { try writer.write(to: state.path) }
    }

    @Test func damage_truncatedAnywhere_isRefused() throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: state.path))
        for length in Array(stride(from: 0, to: bytes.count, by: 97)) + [1, 7, 8, 9, bytes.count - 1] {
            try bytes.prefix(length).write(to: URL(fileURLWithPath: state.path))
            expectRefusal()
        }
    }

    /// Header, metadata and tensors alike: no flipped bit goes unnoticed.
    @Test func damage_oneBitFlippedAnywhere_isRefused() throws {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: state.path)))
        let handle = try #require(FileHandle(forUpdatingAtPath: state.path))
        var unnoticed: [Int] = []
        for (place, byte) in bytes.enumerated() {
            try handle.write(byte ^ 1 << UInt8(place % 8), at: place)
            if (try? state.load()) != nil { unnoticed.append(place) }
            try handle.write(byte, at: place)
        }
        #expect(unnoticed == [] && bytes.count > 2000)
        _ = try state.load()
    }

    @Test func damage_bytesAfterTheEnd_isRefused() throws {
        try state.damage { $0.append(0) }
        expectRefusal()
    }

    @Test(arguments: ["", "not a checkpoint at all", "{}", String(repeating: "\u{0}", count: 64)])
    func damage_noSafeTensorsFile_isRefused(text: String) throws {
        try state.damage { $0 = Array(text.utf8) }
        expectRefusal("is damaged")
    }

    @Test func damage_safeTensorsOfAnotherProgram_isRefusedNamingTheFormat() throws {
        try rewrite(metadata: { $0 = ["format": "pt"] })
        expectRefusal("this is no checkpoint of Apus: its metadata say format 'pt', not 'apus-checkpoint-1'")
        try rewrite(metadata: { $0 = [:] })
        expectRefusal("format ''")
    }

    @Test(arguments: [
        ("experiment", nil, "hold no experiment"), ("experiment", "name: [", "hold no valid experiment"),
        ("experiment", "name: x\nseed: -1", "hold no valid experiment"), ("position", nil, "no valid position"),
        ("position", "{}", "no valid position"), ("contentDigest", nil, "damaged"), ("contentDigest", "", "damaged"),
    ])
    func damage_metadataMissingOrWrong_isRefused(key: String, value: String?, words: String) throws {
        try rewrite(metadata: { $0[key] = value })
        expectRefusal(words)
    }

    @Test(arguments: ["step", "epoch", "stepInEpoch"])
    func damage_positionBelowZero_isRefused(key: String) throws {
        try rewrite(metadata: {
            $0["position"] = $0["position"]?.replacingOccurrences(
                of: "\"\(key)\":[0-9]+", with: "\"\(key)\":-1", options: .regularExpression)
        })
        expectRefusal("no valid position")
    }

    /// Numbers that would overflow as soon as a step is added, or that no training can have reached.
    @Test(arguments: [
        ("\"samples\":[0-9]+", "\"samples\":9223372036854775807"),
        ("\"correct\":[0-9]+", "\"correct\":9223372036854775807"),
        ("\"samples\":[0-9]+", "\"samples\":-1"), ("\"correct\":[0-9]+", "\"correct\":71"),
        ("\"samples\":[0-9]+", "\"samples\":101"), ("\"loss\":7[^,}]*", "\"loss\":\"nan\""),
        ("\"accuracy\":[0-9.]+", "\"accuracy\":1.5"), ("\"step\":4", "\"step\":28"),
        ("\"sampleCount\":[0-9]+", "\"sampleCount\":-1"),
        ("\"globalBatchSize\":[0-9]+", "\"globalBatchSize\":9223372036854775807"),
        ("\"stepsPerEpoch\":[0-9]+", "\"stepsPerEpoch\":-9223372036854775808"),
        ("\"epoch\":[0-9]+", "\"epoch\":9223372036854775807"),
    ])
    func damage_positionOutOfRange_isRefused(pattern: String, replacement: String) throws {
        try rewrite(metadata: {
            let old = $0["position"]
            $0["position"] = old?.replacingOccurrences(of: pattern, with: replacement, options: .regularExpression)
            #expect($0["position"] != old)
        })
        expectRefusal("no valid position")
    }

    @Test func damage_stepBesideThePositionDiffers_isRefused() throws {
        try rewrite(metadata: { $0["step"] = "28" })
        expectRefusal("no valid position")
    }

    @Test func damage_tensorMissing_isRefused() throws {
        try rewrite(tensors: { name, shape in name == "2.bias" ? nil : shape })
        expectRefusal()
    }

    @Test func damage_tensorReshaped_isRefused() throws {
        try rewrite(tensors: { name, shape in name == "2.weight" ? shape.reversed() : shape })
        expectRefusal()
    }

    @Test func load_optimizersStateNotFinite_isRefusedNamingTheTensor() throws {
        let velocity = try #require(state.optimizer.state.first).storage
        velocity.elements[0] = .infinity
        try state.write()
        expectRefusal("tensor 'optimizer.velocity.0.weight' holds a number that is infinite or none at all")
    }

    @Test func damage_formatOfAnyLength_isQuotedInShort() throws {
        try rewrite(metadata: { $0 = ["format": String(repeating: "x", count: 100_000)] })
        expectRefusal("say format '\(String(repeating: "x", count: 57))...'")
    }

    /// Intact files that belong to something else.
    @Test func load_intactFileOfAnotherModel_isRefusedNamingTheTensor() throws {
        let other = try SmallState(in: folder, outputs: 2)
        expectRefusal("tensor '2.weight' is F32 [3, 4], but the model needs F32 [2, 4]", other)
    }

    @Test func load_intactFileWithoutTheOptimizersState_isRefusedNamingIt() throws {
        let plain = try SmallState(in: folder, name: "plain.safetensors", momentum: 0).write()
        try FileManager.default.removeItem(atPath: state.path)
        try FileManager.default.moveItem(atPath: plain.path, toPath: state.path)
        expectRefusal("holds no tensor \"optimizer.velocity.0.weight\"")
    }

    @Test(arguments: ["missing.safetensors", "."])
    func open_noFile_isAFailureNamingIt(name: String) {
        let path = folder.path + "/" + name
        #expect { try Checkpoint(path: path) } throws: { "\($0)".contains(path) }
    }
}

extension FileHandle {
    fileprivate func write(_ byte: UInt8, at place: Int) throws {
        try seek(toOffset: UInt64(place))
        try write(contentsOf: [byte])
    }
}
