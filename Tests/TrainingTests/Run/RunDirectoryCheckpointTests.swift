import Foundation
import TestSupport
import Testing

@testable import Training

struct RunDirectoryCheckpointTests {
    private let folder: TemporaryFolder
    private let run: RunDirectory

    init() throws {
        folder = try TemporaryFolder()
        run = try RunDirectory(at: folder.path, existing: .refuse)
    }

    private func write(_ names: [String]) throws {
        for name in names { try folder.write("x", to: "checkpoints/" + name) }
    }

    private func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path + "/checkpoints").sorted()
    }

    @Test func checkpoint_ofAStep_hasEightDigits() {
        #expect(run.checkpoint(step: 470).path == folder.path + "/checkpoints/step-00000470.safetensors")
        #expect(run.checkpoint(step: 470).relativePath == "checkpoints/step-00000470.safetensors")
        #expect(run.checkpoint(step: 1_234_567_890).relativePath == "checkpoints/step-1234567890.safetensors")
    }

    @Test(arguments: [
        "step-470.safetensors", "step-00000470.safetensors.partial", "step-00000470.safetensor",
        "step--0000470.safetensors",
        "xstep-00000470.safetensors", "step-000000470.safetensors", "step-99999999999999999999.safetensors",
        "step-0000047٠.safetensors", "best.safetensors",
    ])
    func checkpoints_ofAnotherName_areNone(_ name: String) throws {
        try write([name])
        #expect(try run.checkpoints().isEmpty)
        #expect(try run.deleteCheckpoints(keeping: 1, justWritten: 1).isEmpty)
        #expect(try files() == [name])
    }

    @Test func checkpoints_ofARun_comeNewestFirst() throws {
        try write([9, 100_000_000, 10, 99_999_999].map { CheckpointFile.name(step: $0) } + ["notes.txt"])
        try FileManager.default.createDirectory(
            atPath: folder.path + "/checkpoints/step-00000500.safetensors", withIntermediateDirectories: false)
        #expect(try run.checkpoints().map(\.step) == [100_000_000, 99_999_999, 500, 10, 9])
    }

    /// What is named as a checkpoint and cannot be one must be seen, but does not count among those that are kept.
    @Test func deleteCheckpoints_besideALinkToNothing_countsOnlyFiles() throws {
        try write([10, 20, 30].map { CheckpointFile.name(step: $0) })
        let link = folder.path + "/checkpoints/" + CheckpointFile.name(step: 40)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/nowhere/at/all")
        try run.deleteCheckpoints(keeping: 2, justWritten: 30)
        #expect(try run.checkpoints().map(\.step) == [40, 30, 20])
    }

    @Test func checkpoints_withoutTheirFolder_areNone() throws {
        try FileManager.default.removeItem(atPath: folder.path + "/checkpoints")
        #expect(try run.checkpoints().isEmpty)
    }

    @Test(arguments: [
        (nil, [10, 20, 30, 40]), (5, [10, 20, 30, 40]), (3, [20, 30, 40]), (1, [40]), (0, [40]), (-1, [40]),
    ])
    func deleteCheckpoints_keepingSome_keepsTheNewest(_ count: Int?, _ left: [Int]) throws {
        try write([10, 20, 30, 40].map { CheckpointFile.name(step: $0) } + ["step-00000050.safetensors.partial"])
        let deleted = try run.deleteCheckpoints(keeping: count, justWritten: 40)
        #expect(try run.checkpoints().map(\.step).reversed() == left)
        #expect(Set(deleted.map(\.step)) == Set([10, 20, 30, 40]).subtracting(left))
        #expect(try files().last == "step-00000050.safetensors.partial")
    }

    @Test func deleteCheckpoints_afterAReturnToAnEarlierStep_keepsTheOneJustWritten() throws {
        try write([10, 20, 40].map { CheckpointFile.name(step: $0) })
        try run.deleteCheckpoints(keeping: 1, justWritten: 20)
        #expect(try run.checkpoints().map(\.step) == [40, 20])
    }
}
