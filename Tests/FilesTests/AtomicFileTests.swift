import Files
import Foundation
import Glibc
import TestSupport
import Testing

@Suite struct AtomicFileTests {
    private struct Interruption: Error {}

    @Test func write_newAndExistingFile_leavesOnlyTheWholeFile() throws {
        let folder = try TemporaryFolder()
        try AtomicFile.write("first, which is longer", to: folder.path + "/a")
        try AtomicFile.write("second", to: folder.path + "/a")
        #expect(try folder.read("a") == Array("second".utf8))
        #expect(folder.names == ["a"])
    }

    @Test func write_bodyThrows_keepsTheOldFileAndNoTemporary() throws {
        let folder = try TemporaryFolder()
        try AtomicFile.write("old", to: folder.path + "/a")
        #expect(throws: Interruption.self) {
            try AtomicFile.write(to: folder.path + "/a") { file in
                try Array("half".utf8).withUnsafeBytes(file.write)
                #expect(folder.names.count == 2)
                throw Interruption()
            }
        }
        #expect(try folder.read("a") == Array("old".utf8))
        #expect(folder.names == ["a"])
    }

    @Test func write_ontoAFolder_throwsAndLeavesNoTemporary() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/a", withIntermediateDirectories: false)
        let error = #expect(throws: FileError.self) { try AtomicFile.write("text", to: folder.path + "/a") }
        #expect(error?.path == folder.path + "/a")
        #expect(folder.names == ["a"])
    }

    @Test func write_belowARegularFile_throws() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write([], to: "file") + "/a"
        let error = #expect(throws: FileError.self) { try AtomicFile.write("text", to: path) }
        #expect(error?.code == ENOTDIR)
    }

    /// A limit on the file size makes the kernel take a part of the bytes and then refuse, as a full disk does.
    @Test func write_systemTakesOnlyAPart_throwsKeepsTheOldFileAndNoTemporary() async throws {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            try AtomicFile.write("old", to: folder.path + "/a")
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 1000, rlim_max: 1000)
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            let bytes = [UInt8](repeating: 1, count: 4000)
            let error = #expect(throws: FileError.self) {
                try AtomicFile.write(to: folder.path + "/a") { try bytes.withUnsafeBytes($0.write) }
            }
            #expect(error?.code == EFBIG)
            #expect(folder.names == ["a"])
            #expect(try folder.read("a") == Array("old".utf8))
        }
    }

    @Test func removeStaleTemporaries_afterAKilledWriter_removesThemAndNothingElse() throws {
        let folder = try TemporaryFolder()
        for name in ["model", ".hidden", "other.partial", ".model.12-34.partial"] {
            _ = try folder.write([1], to: name)
        }
        AtomicFile.removeStaleTemporaries(inFolder: folder.path)
        #expect(folder.names == [".hidden", "model", "other.partial"])
    }
}
