import Files
import SafeTensors
import TestSupport
import Testing

@Suite struct SafeTensorsWriterTests {
    /// The format's smallest file.
    private static let emptyFile: [UInt8] = [8, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D] + [UInt8](repeating: 0x20, count: 6)

    @Test func write_noTensors_givesTheGoldenEmptyFile() throws {
        let folder = try TemporaryFolder()
        try SafeTensorsWriter().write(to: folder.path + "/a")
        #expect(try folder.read("a") == Self.emptyFile)
        #expect(folder.names == ["a"])
    }

    /// Golden bytes made by the reference implementation, safetensors 0.8.0, from the same tensors in this order:
    /// `safetensors.torch.save({"b": …, "a": …, …}, metadata={"k\"\\\n\u0001é": "v/\t\x7f"})`.
    @Test func write_allSizesOfElements_givesTheBytesOfTheReference() throws {
        let header =
            #"{"__metadata__":{"k\"\\\n\u0001é":"v/\t"# + "\u{7F}" + #""},"i":{"dtype":"I64","shape":[2],"#
            + #""data_offsets":[0,16]},"d":{"dtype":"F64","shape":[1],"data_offsets":[16,24]},"#
            + #""a":{"dtype":"F32","shape":[2,3],"data_offsets":[24,48]},"#
            + #""b":{"dtype":"F32","shape":[2],"data_offsets":[48,56]},"#
            + #""e":{"dtype":"F32","shape":[0,4],"data_offsets":[56,56]},"#
            + #""n":{"dtype":"I32","shape":[1],"data_offsets":[56,60]},"#
            + #""bf":{"dtype":"BF16","shape":[1],"data_offsets":[60,62]},"#
            + #""h":{"dtype":"F16","shape":[],"data_offsets":[62,64]},"#
            + #""u":{"dtype":"U8","shape":[1],"data_offsets":[64,65]},"#
            + #""t":{"dtype":"BOOL","shape":[1],"data_offsets":[65,66]}}  "#
        let data: [UInt8] =
            raw([1, 2] as [Int64]) + raw([2.0] as [Double]) + raw([0, 1, 2, 3, 4, 5, 0, 1] as [Float])
            + raw([3] as [Int32]) + [0x80, 0x3F, 0x00, 0x3E, 7, 1]
        let folder = try TemporaryFolder()
        try Self.writeSample(to: folder.path + "/a")
        let file = try folder.read("a")
        #expect(file.prefix(8) == [0x58, 2, 0, 0, 0, 0, 0, 0])
        #expect(String(decoding: file[8..<608], as: UTF8.self) == header)
        #expect(Array(file[608...]) == data)
    }

    @Test func write_metadataInAnyOrder_isSortedByKey() throws {
        let folder = try TemporaryFolder()
        let metadata = Dictionary(uniqueKeysWithValues: (0..<50).map { ("key\($0)", "\($0)") })
        try SafeTensorsWriter(metadata: metadata).write(to: folder.path + "/a")
        let text = String(decoding: try folder.read("a").dropFirst(8), as: UTF8.self)
        let keys = text.split(separator: "\"").filter { $0.hasPrefix("key") }.map(String.init)
        #expect(keys == metadata.keys.sorted())
        #expect(try SafeTensorsFile(path: folder.path + "/a").metadata == metadata)
    }

    @Test func add_contradictoryTensor_isRefusedByName() throws {
        var writer = SafeTensorsWriter()
        let four = [UInt8](repeating: 0, count: 4)
        try four.withUnsafeBytes { bytes in
            try writer.add("x", .float32, shape: [1], bytes: bytes)
            for (name, shape) in [("x", [1]), ("__metadata__", [1]), ("y", [2]), ("z", [-1, -1]), ("o", [.max, 8])] {
                let error = #expect(throws: SafeTensorsError.self) {
                    try writer.add(name, .float32, shape: shape, bytes: bytes)
                }
                #expect(error?.description.contains("\"\(name)\"") == true)
            }
        }
    }

    @Test func write_intoAMissingFolder_namesTheFile() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: FileError.self) { try SafeTensorsWriter().write(to: folder.path + "/no/a") }
        #expect(error?.description.contains(folder.path + "/no/") == true)
        #expect(error?.description.contains("No such file or directory") == true)
    }

    /// The tensors of the golden file, added in another order than they are written.
    static func writeSample(to path: String) throws {
        let tensors: [(String, DType, [Int], [UInt8])] = [
            ("b", .float32, [2], raw([0, 1] as [Float])), ("a", .float32, [2, 3], raw([0, 1, 2, 3, 4, 5] as [Float])),
            ("i", .int64, [2], raw([1, 2] as [Int64])), ("u", .uint8, [1], [7]), ("h", .float16, [], [0x00, 0x3E]),
            ("d", .float64, [1], raw([2.0] as [Double])), ("e", .float32, [0, 4], []),
            ("bf", .bfloat16, [1], [0x80, 0x3F]), ("t", .bool, [1], [1]), ("n", .int32, [1], raw([3] as [Int32])),
        ]
        var writer = SafeTensorsWriter(metadata: ["k\"\\\n\u{1}é": "v/\t\u{7F}"])
        let copies = tensors.map { tensor in
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: tensor.3.count, alignment: 8)
            copy.copyBytes(from: tensor.3)
            return copy
        }
        defer { for copy in copies { copy.deallocate() } }
        for (tensor, copy) in zip(tensors, copies) {
            try writer.add(tensor.0, tensor.1, shape: tensor.2, bytes: UnsafeRawBufferPointer(copy))
        }
        try writer.write(to: path)
    }
}

/// The bytes of `values` as they lie in memory.
func raw<Element>(_ values: [Element]) -> [UInt8] {
    values.withUnsafeBytes { Array($0) }
}
