import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct IDXFileTests {
    @Test(arguments: [false, true])
    func open_plainOrGzip_givesDimensionsAndElements(compressed: Bool) throws {
        let folder = try TemporaryFolder()
        let content = idx([2, 3], [1, 2, 3, 4, 5, 255])
        let path = try folder.write(compressed ? gzip(content) : content, to: "a")
        let file = try IDXFile(path: path, cacheFolder: folder.path + "/cache")
        #expect(file.dimensions == [2, 3])
        #expect(file.withElements(Array.init) == [1, 2, 3, 4, 5, 255])
        // By Python's hashlib.
        #expect(file.digest == "4a458d8d9d265f97b5961d75fa67666b79fe6766e5136efa2589f7f2dc77053b")
        #expect(file.notice == nil)
    }

    @Test func open_dimensionOfZero_isAnEmptyFile() throws {
        let folder = try TemporaryFolder()
        let file = try IDXFile(path: try folder.write(idx([0], []), to: "a"), cacheFolder: nil)
        #expect(file.dimensions == [0])
        #expect(file.withElements(\.count) == 0)
    }

    @Test(
        arguments: [
            ([], "it has 0 bytes, too few"),
            ([0, 0, 8], "too few for an IDX header"),
            ([0, 1, 8, 1, 0, 0, 0, 0], "begins with the bytes 0 1 8 1"),
            ([0, 0, 8, 0], "begins with the bytes 0 0 8 0"),
            (Array("<html>".utf8), "begins with the bytes 3c 68 74 6d"),
            (idx([1], [0, 0, 0, 0], type: 0x0D), "32-bit floats (type 0x0d), expected unsigned bytes"),
            (idx([1], [0], type: 0x77), "of an unknown kind (type 0x77)"),
            ([0, 0, 8, 3, 0, 0, 0, 1, 0, 0], "cut off within its 3 dimensions"),
            (idx([2, 2], [1, 2, 3]), "holds 3 bytes of data, but its header promises 2 × 2"),
            (idx([2, 2], [1, 2, 3, 4, 5]), "but its header promises 2 × 2"),
            (idx([1 << 31, 1 << 31, 1 << 31], []), "promises 2147483648 × 2147483648 × 2147483648"),
        ] as [([UInt8], String)])
    func open_damagedFile_saysWhatIsWrong(content: [UInt8], expected: String) throws {
        let folder = try TemporaryFolder()
        for (name, bytes) in [("plain", content), ("compressed", gzip(content))] {
            let path = try folder.write(bytes, to: name)
            let error = #expect(throws: DatasetError.self) {
                try IDXFile(path: path, cacheFolder: folder.path + "/cache")
            }
            let sentence = error?.description ?? ""
            #expect(sentence.contains(path) && sentence.contains(expected), "\(sentence)")
        }
    }

    /// The damage lies behind what the header promises: whoever finds it has decompressed too much.
    @Test func open_gzipOfMoreThanTheHeaderPromises_stopsThereAndKeepsNoCopy() throws {
        let folder = try TemporaryFolder()
        var bytes = gzip(idx([2, 2], [UInt8](repeating: 7, count: 2_000_000)))
        bytes[1_900_000] ^= 1
        let path = try folder.write(bytes, to: "a.gz")
        for cache in [folder.path + "/cache", nil] {
            let error = #expect(throws: DatasetError.self) { try IDXFile(path: path, cacheFolder: cache) }
            let sentence = error?.description ?? ""
            #expect(sentence.hasSuffix(" bytes of data or more, but its header promises 2 × 2."), "\(sentence)")
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/cache/decompressed")
        #expect(left.allSatisfy { $0.hasSuffix(".lock") })
    }

    @Test func open_255Dimensions_areQuotedInShort() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(idx([Int](repeating: 1 << 31, count: 255), []), to: "a")
        let error = #expect(throws: DatasetError.self) { try IDXFile(path: path, cacheFolder: nil) }
        #expect((error?.description.count ?? .max) < path.count + 200)
    }

    @Test func open_gzipOfSeveralMembers_isReadAsOne() throws {
        let folder = try TemporaryFolder()
        let content = idx([40], [UInt8](0..<40))
        let path = try folder.write(gzip(Array(content[..<20])) + gzip([]) + gzip(Array(content[20...])), to: "a.gz")
        let file = try IDXFile(path: path, cacheFolder: nil)
        #expect(file.withElements(Array.init) == [UInt8](0..<40))
    }

    @Test(arguments: [[0], [0x1F], Array("garbage".utf8), [UInt8](repeating: 0, count: 512)])
    func open_gzipWithOtherBytesBehind_isDamaged(surplus: [UInt8]) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(gzip(idx([40], [UInt8](0..<40))) + surplus, to: "a.gz")
        let error = #expect(throws: DatasetError.self) { try IDXFile(path: path, cacheFolder: folder.path + "/cache") }
        #expect(error?.description.contains("\(path) is damaged") == true)
    }

    @Test func open_gzipCutAnywhere_throws() throws {
        let folder = try TemporaryFolder()
        let whole = gzip(idx([40], [UInt8](0..<40)))
        for length in 2..<whole.count {
            for cache in [folder.path + "/cache", nil] {
                let path = try folder.write(Array(whole[..<length]), to: "cut\(length).gz")
                #expect(throws: DatasetError.self, "cut at \(length)") { try IDXFile(path: path, cacheFolder: cache) }
            }
        }
    }

    @Test func open_gzipWithAChangedByte_saysThatZlibFoundIt() throws {
        let folder = try TemporaryFolder()
        var bytes = gzip(idx([40], [UInt8](0..<40)))
        bytes[30] ^= 1
        let path = try folder.write(bytes, to: "a.gz")
        let error = #expect(throws: DatasetError.self) { try IDXFile(path: path, cacheFolder: folder.path + "/cache") }
        #expect(error?.description.contains("zlib reports error -3, \"incorrect data check\"") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/cache/decompressed").count == 1)
    }

    @Test func open_missingFileOrFolder_saysSo() throws {
        let folder = try TemporaryFolder()
        let missing = #expect(throws: DatasetError.self) { try IDXFile(path: folder.path + "/a", cacheFolder: nil) }
        #expect(
            missing?.description
                == "Cannot read the dataset file \(folder.path)/a: No such file or directory (errno 2).")
        let isFolder = #expect(throws: DatasetError.self) { try IDXFile(path: folder.path, cacheFolder: nil) }
        #expect(isFolder?.description.contains("no regular file") == true)
    }
}
