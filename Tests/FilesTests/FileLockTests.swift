import Files
import TestSupport
import Testing

@Suite struct FileLockTests {
    @Test func lock_heldByAnother_isNotGrantedUntilReleased() throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/lock"
        var first = try FileLock(file)
        #expect(first != nil)
        #expect(try FileLock(file) == nil)
        #expect(try FileLock(file, waitSeconds: 0.05) == nil)
        first = nil
        #expect(try FileLock(file) != nil)
        #expect(folder.names == ["lock"])
    }

    @Test func holder_ofASignedLock_isTheLastSignature() throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/lock"
        #expect(FileLock.holder(of: file) == nil)
        let lock = try #require(try FileLock(file))
        #expect(FileLock.holder(of: file) == nil)
        try lock.sign("somebody with a longer name")
        try lock.sign("somebody")
        #expect(FileLock.holder(of: file) == "somebody")
    }

    @Test func lock_whereNoFileCanBe_throwsNamingIt() throws {
        let path = try TemporaryFolder().path + "/nowhere/lock"
        let error = #expect(throws: FileError.self) { _ = try FileLock(path) }
        #expect(error?.path == path)
    }
}
