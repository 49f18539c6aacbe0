import Files
import Foundation
import SafeTensors
import TestSupport
import Testing

@Suite struct SafeTensorsFileTests {
    @Test func read_whatWasWritten_isTheSameToTheBit() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a"
        let values: [Float] = [0, -0.0, .nan, .infinity, .leastNonzeroMagnitude, 1 / 3]
        var writer = SafeTensorsWriter(metadata: ["step": "12", "": "\u{1F600}"])
        try values.withUnsafeBufferPointer { elements in
            try writer.add("0.weight", shape: [3, 2], elements: elements)
            try writer.add("scalar", shape: [], elements: UnsafeBufferPointer(rebasing: elements[5...]))
            try writer.write(to: path)
        }
        let file = try SafeTensorsFile(path: path)
        #expect(try file.floats("0.weight").map(\.bitPattern) == values.map(\.bitPattern))
        #expect(try file.bytes("0.weight") == raw(values))
        #expect(try file.floats("scalar") == [1 / 3])
        #expect(file.metadata == ["step": "12", "": "\u{1F600}"])
        #expect(file.entries.map(\.name) == ["0.weight", "scalar"])
        #expect(try file.entry("0.weight").shape == [3, 2])
        #expect(try file.entry("scalar").elementCount == 1)
    }

    @Test func read_everyElementSize_findsItsOwnBytes() throws {
        let folder = try TemporaryFolder()
        try SafeTensorsWriterTests.writeSample(to: folder.path + "/a")
        let file = try SafeTensorsFile(path: folder.path + "/a")
        #expect(file.entries.map(\.name) == ["i", "d", "a", "b", "e", "n", "bf", "h", "u", "t"])
        #expect(try file.bytes("u") == [7])
        #expect(try file.bytes("i") == raw([1, 2] as [Int64]))
        #expect(try file.floats("e").isEmpty)
    }

    @Test func read_wrongNameTypeOrSize_namesFileAndTensor() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a"
        try SafeTensorsWriterTests.writeSample(to: path)
        let file = try SafeTensorsFile(path: path)
        let missing = #expect(throws: SafeTensorsError.self) { try file.floats("no") }
        #expect(missing?.description == "The safetensors file \(path) holds no tensor \"no\".")
        let type = #expect(throws: SafeTensorsError.self) { try file.floats("i") }
        #expect(type?.description == "Tensor \"i\" of the safetensors file \(path) is I64, expected F32.")
        let size = #expect(throws: SafeTensorsError.self) {
            var small = [UInt8](repeating: 0, count: 3)
            try small.withUnsafeMutableBytes { try file.read("a", into: $0) }
        }
        #expect(size?.description == "Tensor \"a\" of the safetensors file \(path) is 24 bytes, expected 3 bytes.")
    }

    @Test func read_fileShortenedAfterOpening_throws() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a"
        try SafeTensorsWriterTests.writeSample(to: path)
        let file = try SafeTensorsFile(path: path)
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.truncate(atOffset: 620)
        try handle.close()
        let error = #expect(throws: SafeTensorsError.self) { try file.bytes("a") }
        #expect(error?.description.contains("cut off") == true)
    }

    @Test func open_missingFileOrFolder_saysSo() throws {
        let folder = try TemporaryFolder()
        let missing = #expect(throws: FileError.self) { try SafeTensorsFile(path: folder.path + "/a") }
        #expect(missing?.description == "Cannot open \(folder.path)/a: No such file or directory (errno 2).")
        let isFolder = #expect(throws: FileError.self) { try SafeTensorsFile(path: folder.path) }
        #expect(isFolder?.description.contains("Is a directory") == true)
    }
}
