import Files
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Datasets

@Suite struct DecompressedCacheTests {
    private let content = idx([1000], (0..<1000).map { pixel(1, $0) })

    @Test func load_twice_decompressesOnceAndGivesTheSame() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(gzip(content), to: "a.gz")
        let first = try load(path, folder)
        let second = try load(path, folder)
        #expect(first.wasDecompressed)
        #expect(!second.wasDecompressed)
        #expect(first.bytes.withBytes(Array.init) == content)
        #expect(second.bytes.withBytes(Array.init) == content)
        #expect(first.digest == second.digest)
        #expect(first.digest == (try load(try folder.write(content, to: "plain"), folder)).digest)
    }

    /// `flock` belongs to an open file, so threads that open it each exclude one another as processes do. The lock is held
    /// until all have looked for the entry in vain, or the first would be done before the others look.
    @Test func load_byManyThreadsAtOnce_decompressesOnce() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(gzip(content), to: "a.gz")
        var lock = try FileLock(emptiedEntry(path, folder), waitSeconds: 0)
        let (started, decompressed, right) = (Counter(), Counter(), Counter())
        let group = DispatchGroup()
        for _ in 0..<4 {
            group.enter()
            Thread.detachNewThread {
                defer { group.leave() }
                started.increment()
                guard let file = try? load(path, folder) else { return }
                if file.wasDecompressed { decompressed.increment() }
                if file.bytes.withBytes(Array.init) == content { right.increment() }
            }
        }
        while started.count < 4 { Thread.sleep(forTimeInterval: 0.001) }
        Thread.sleep(forTimeInterval: 0.05)
        lock = nil
        #expect(lock == nil)
        group.wait()
        #expect(decompressed.count == 1)
        #expect(right.count == 4)
    }

    @Test func load_inAnotherProcess_usesThisOnesCopy() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(gzip(content), to: "a.gz")
        #expect(try load(path, folder).wasDecompressed)
        let cache = folder.path + "/cache"
        await #expect(processExitsWith: .success) { [path = path as String, cache = cache as String] in
            let file = try DatasetFile(path: path, cacheFolder: cache)
            #expect(!file.wasDecompressed)
        }
    }

    @Test func load_sourceReplaced_doesNotUseTheOldCopy() throws {
        let folder = try TemporaryFolder()
        _ = try load(try folder.write(gzip(content), to: "a.gz"), folder)
        let other = idx([1000], (0..<1000).map { pixel(2, $0) })
        let path = try folder.write(gzip(other), to: "a.gz")
        #expect(try load(path, folder).bytes.withBytes(Array.init) == other)
    }

    @Test(arguments: ["data cut", "sidecar cut", "sidecar missing", "data missing"])
    func load_damagedEntry_isBuiltAgain(damage: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(gzip(content), to: "a.gz")
        _ = try load(path, folder)
        let sidecar = try #require(entries(folder).first { $0.hasSuffix(".sha256") })
        let data = "cache/decompressed/" + sidecar.dropLast(".sha256".count)
        switch damage {
        case "data cut": _ = try folder.write(Array(content.dropLast()), to: data)
        case "sidecar cut": _ = try folder.write(Array("1008 12ab".utf8), to: data + ".sha256")
        case "sidecar missing": try FileManager.default.removeItem(atPath: "\(folder.path)/\(data).sha256")
        default: try FileManager.default.removeItem(atPath: "\(folder.path)/\(data)")
        }
        let again = try load(path, folder)
        #expect(again.wasDecompressed)
        #expect(again.notice == nil)
        #expect(again.bytes.withBytes(Array.init) == content)
        #expect(try !load(path, folder).wasDecompressed)
    }

    @Test(arguments: [0, 500, 1007])
    func load_rottenEntry_isBuiltAgainAndNamed(place: Int) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(gzip(content), to: "a.gz")
        _ = try load(path, folder)
        let sidecar = try #require(entries(folder).first { $0.hasSuffix(".sha256") })
        let data = "cache/decompressed/" + sidecar.dropLast(".sha256".count)
        var rotten = content
        rotten[place] ^= 4
        _ = try folder.write(rotten, to: data)
        let again = try load(path, folder)
        #expect(again.wasDecompressed)
        #expect(again.bytes.withBytes(Array.init) == content)
        #expect(
            again.notice
                == "The decompressed copy \(folder.path)/\(data) of \(path) was damaged; it was made again.")
        let healthy = try load(path, folder)
        #expect(!healthy.wasDecompressed && healthy.notice == nil)
        #expect(try folder.read(data) == content)
    }

    /// Whatever is wrong with what was read from the cache, the reader is told where that lies.
    @Test func load_contentOfNoUse_namesTheSourceAndTheCopy() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(gzip(content), to: "a.gz")
        let error = #expect(throws: DatasetError.self) {
            let images = try IDXFile(path: path, cacheFolder: folder.path + "/cache")
            _ = try ImageDataset(name: "test", images: images, labels: images, classNames: [])
        }
        let copy = try #require(entries(folder).first { !$0.contains(".") })
        let sentence = try #require(error).description
        #expect(
            sentence.hasPrefix(
                "The dataset file \(path) (decompressed in \(folder.path)/cache/decompressed/\(copy)) is damaged"))
    }

    @Test func load_afterAWriterWasKilled_removesItsTemporary() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(gzip(content), to: "a.gz")
        _ = try load(path, folder)
        let sidecar = try #require(entries(folder).first { $0.hasSuffix(".sha256") })
        let data = "cache/decompressed/" + sidecar.dropLast(".sha256".count)
        try FileManager.default.removeItem(atPath: "\(folder.path)/\(data)")
        _ = try folder.write([1, 2, 3], to: data.replacing("decompressed/", with: "decompressed/.") + ".12-34.partial")
        #expect(try load(path, folder).wasDecompressed)
        #expect(!entries(folder).contains { $0.hasSuffix(".partial") })
    }

    @Test func load_cacheBelowARegularFile_worksAndSaysWhyItIsNotUsed() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(gzip(content), to: "a.gz")
        let file = try DatasetFile(path: path, cacheFolder: try folder.write([], to: "file") + "/cache")
        #expect(file.bytes.withBytes(Array.init) == content)
        #expect(file.notice?.hasPrefix("The cache of decompressed datasets is not used for \(path): ") == true)
        #expect(file.digest == (try load(path, folder)).digest)
    }

    @Test func load_noCacheFolderKnown_worksAndSaysSo() throws {
        let folder = try TemporaryFolder()
        let file = try DatasetFile(path: try folder.write(gzip(content), to: "a.gz"), cacheFolder: nil)
        #expect(file.bytes.withBytes(Array.init) == content)
        #expect(file.notice?.hasSuffix("no folder for it is known.") == true)
    }

    @Test func load_lockHeldForEver_worksAfterTheDeadlineAndSaysSo() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(gzip(content), to: "a.gz")
        let lock = try FileLock(emptiedEntry(path, folder), waitSeconds: 0)
        let file = try DatasetFile(path: path, cacheFolder: folder.path + "/cache", lockWaitSeconds: 0.1)
        withExtendedLifetime(lock) {}
        #expect(file.bytes.withBytes(Array.init) == content)
        #expect(file.notice?.contains("another process holds it") == true)
    }

    @Test func places_ofTheEnvironment_followTheOrder() {
        func cache(_ environment: [String: String]) -> String? { DatasetPlaces(environment: environment).cacheFolder }
        #expect(cache(["APUS_CACHE": "/a", "XDG_CACHE_HOME": "/x", "HOME": "/h"]) == "/a")
        #expect(cache(["APUS_CACHE": "", "XDG_CACHE_HOME": "/x", "HOME": "/h"]) == "/x/apus")
        #expect(cache(["XDG_CACHE_HOME": "relative", "HOME": "/h"]) == "/h/.cache/apus")
        #expect(cache([:]) == nil)
        #expect(DatasetPlaces(environment: ["APUS_DATA": ""]).dataFolder == nil)
    }

    private func load(_ path: String, _ folder: TemporaryFolder) throws -> DatasetFile {
        try DatasetFile(path: path, cacheFolder: folder.path + "/cache")
    }

    /// Loads `path`, removes what that left in the cache but the lock's file, and returns the path of that.
    private func emptiedEntry(_ path: String, _ folder: TemporaryFolder) throws -> String {
        _ = try load(path, folder)
        let cache = folder.path + "/cache/decompressed/"
        for name in entries(folder) where !name.hasSuffix(".lock") {
            try FileManager.default.removeItem(atPath: cache + name)
        }
        return cache + (try #require(entries(folder).first))
    }

    private func entries(_ folder: TemporaryFolder) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/cache/decompressed")) ?? []
    }
}

private final class Counter: Sendable {
    private let value = Mutex(0)
    var count: Int { value.withLock { $0 } }
    func increment() { value.withLock { $0 += 1 } }
}
