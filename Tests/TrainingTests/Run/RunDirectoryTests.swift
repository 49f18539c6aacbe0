import Files
import Foundation
import SafeTensors
import TestSupport
import Testing

@testable import Training

struct RunDirectoryTests {
    private let folder: TemporaryFolder
    private let time = Date(timeIntervalSince1970: 1_795_342_530)  // 2026-11-22 10:15:30 UTC

    init() throws { folder = try TemporaryFolder() }

    @Test func init_ofANewRun_namesItByTheUTCTime() throws {
        let run = try RunDirectory(newRunOf: "mlp", under: folder.path + "/runs", at: time)
        #expect(run.path == folder.path + "/runs/mlp/20261122T101530Z")
        #expect(run.configurationFile == run.path + "/config.yaml")
        #expect(run.manifestFile == run.path + "/manifest.json")
        #expect(run.metricsFile == run.path + "/metrics.jsonl")
        #expect(FileManager.default.fileExists(atPath: run.path + "/checkpoints"))
    }

    @Test func init_ofRunsInOneSecond_numbersThem() throws {
        let runs = try (0..<3).map { _ in try RunDirectory(newRunOf: "mlp", under: folder.path, at: time) }
        let base = folder.path + "/mlp/20261122T101530Z"
        #expect(runs.map(\.path) == [base, base + "-2", base + "-3"])
    }

    @Test(arguments: ["", ".", "..", "a/b", "../up", "a\0b"])
    func init_ofAnUnusableName_isRefused(_ name: String) throws {
        #expect(throws: RunError.unusableName(name)) {
            try RunDirectory(newRunOf: name, under: folder.path, at: time)
        }
        #expect(try folder.paths().isEmpty)
    }

    @Test func init_atAMissingPath_makesItWithItsParents() throws {
        let run = try RunDirectory(at: folder.path + "/a/b/c", existing: .refuse)
        #expect(try folder.paths() == ["a", "a/b", "a/b/c", "a/b/c/.lock", "a/b/c/checkpoints"])
        #expect(run.path == folder.path + "/a/b/c")
    }

    @Test func init_atAFile_isRefused() throws {
        let file = try folder.write("mine", to: "file")
        #expect(throws: RunError.notADirectory(file)) { try RunDirectory(at: file, existing: .resume) }
        #expect(try folder.text(of: "file") == "mine")
    }

    // Root may write anywhere, so the unwritable place is one below a regular file.
    @Test(arguments: ["file/run", "file/a/b"])
    func init_belowAFile_isRefusedWithTheSystemsReason(_ name: String) throws {
        try folder.write("mine", to: "file")
        let error = #expect(throws: RunError.self) { try RunDirectory(at: folder.path + "/" + name, existing: .refuse) }
        let text = try #require(error).description
        #expect(text == "The run directory '\(folder.path)/\(name)' cannot be created or written to: Not a directory.")
    }

    @Test func init_ofADirectoryInUse_namesItAndItsHolder() throws {
        let run = try RunDirectory(at: folder.path, existing: .refuse)
        let error = #expect(throws: RunError.self) { try RunDirectory(at: folder.path, existing: .resume) }
        #expect(
            try #require(error).description
                == "The run directory '\(folder.path)' is in use by process \(getpid()) on host \(Machine.hostName); choose another one or wait for that run to end."
        )
        #expect(run.path == folder.path)
    }

    @Test func init_afterTheHolderIsGone_takesTheDirectory() throws {
        var run: RunDirectory? = try RunDirectory(at: folder.path, existing: .refuse)
        #expect(run != nil)
        run = nil
        run = try RunDirectory(at: folder.path, existing: .refuse)
        #expect(run != nil)
    }

    // A program that a run starts may outlive it and must not keep the directory.
    @Test func lock_inAStartedProgram_isNotOpen() throws {
        let run = try RunDirectory(at: folder.path, existing: .refuse)
        // posix_spawn leaves open what is not closed on exec; Foundation's Process would close everything.
        var child = pid_t()
        var arguments = ["sh", "-c", "ls -l /proc/$$/fd > '\(folder.path)/open'"].map { (word: String) in strdup(word) }
        defer { arguments.forEach { free($0) } }
        arguments.append(nil)
        try #require(posix_spawnp(&child, "sh", nil, nil, &arguments, nil) == 0)
        waitpid(child, nil, 0)
        let descriptors = try folder.text(of: "open")
        #expect(descriptors.contains("/dev/null") || descriptors.contains(" 1 -> "))
        #expect(!descriptors.contains(".lock"))
        #expect(run.path == folder.path)
    }

    @Test(arguments: ["metrics.jsonl", "manifest.json", "config.yaml", "checkpoints/step-00000001.safetensors"])
    func init_ofADirectoryThatHoldsARun_isRefusedUnlessResuming(_ name: String) throws {
        _ = try RunDirectory(at: folder.path, existing: .refuse)
        try folder.write("{}\n", to: name)
        #expect(throws: RunError.holdsARun(folder.path, evidence: name)) {
            try RunDirectory(at: folder.path, existing: .refuse)
        }
        #expect(try RunDirectory(at: folder.path, existing: .resume).path == folder.path)
        #expect(try folder.text(of: name) == "{}\n")
    }

    @Test func init_ofADirectoryWithOtherFiles_isAllowed() throws {
        try folder.write("mine", to: "notes.txt")
        let run = try RunDirectory(at: folder.path, existing: .refuse)
        #expect(run.path == folder.path)
    }

    /// What a resumption writes stands beside what the run was begun with.
    @Test func write_ofTheConfigurationAgain_keepsTheOldAndNumbersTheNew() throws {
        let run = try RunDirectory(at: folder.path, existing: .refuse)
        for name in ["a", "a", "b", "b", "a"] { try run.write(configuration: "name: \(name)\n") }
        #expect(try folder.paths() == [".lock", "checkpoints", "config-2.yaml", "config-3.yaml", "config.yaml"])
        #expect(try folder.text(of: "config.yaml") == "name: a\n")
        #expect(try folder.text(of: "config-2.yaml") == "name: b\n")
        #expect(try folder.text(of: "config-3.yaml") == "name: a\n")
    }

    @Test func write_toAFolderThatIsGone_namesTheFile() throws {
        let run = try RunDirectory(at: folder.path + "/run", existing: .refuse)
        try FileManager.default.removeItem(atPath: run.path)
        let error = #expect(throws: FileError.self) { try run.write(configuration: "name: a\n") }
        let text = try #require(error).description
        #expect(text.hasPrefix("Cannot create \(run.path)/.config.yaml."))
        #expect(text.hasSuffix("No such file or directory (errno \(ENOENT))."))
    }
}
