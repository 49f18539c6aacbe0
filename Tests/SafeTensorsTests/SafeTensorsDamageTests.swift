import SafeTensors
import TestSupport
import Testing

/// Whatever a file holds, opening it either succeeds or throws a sentence that names the file.
@Suite struct SafeTensorsDamageTests {
    /// A header, the number of bytes after it, and a part of the sentence that must come.
    @Test(arguments: [
        (#" {"a":1}"#, 0, "does not begin with '{'"),
        (#"["a"]"#, 0, "does not begin with '{'"),
        (#""#, 0, "does not begin with '{'"),
        (#"{"#, 0, "expected '\"'"),
        (#"{} x"#, 0, "expected the end of the header"),
        (#"{"a":1}"#, 0, "expected '{'"),
        (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},}"#, 1, "expected '\"'"),
        (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{}}"#, 1, "\"a\" occurs twice"),
        (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\u0061":{}}"#, 1, "\"a\" occurs twice"),
        (#"{"a":{"dtype":"U8","dtype":"U8"}}"#, 1, "\"dtype\" occurs twice"),
        (#"{"__metadata__":{"k":"1","k":"1"}}"#, 0, "\"k\" occurs twice"),
        (#"{"__metadata__":{"k":1}}"#, 0, "expected '\"'"),
        (#"{"__metadata__":null}"#, 0, "expected '{'"),
        (#"{"a":{"dtype":"U8","shape":[1]}}"#, 1, "tensor \"a\" lacks"),
        (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"more":1}}"#, 1, "unknown key \"more\" of tensor \"a\""),
        (#"{"a":{"dtype":"Q8","shape":[1],"data_offsets":[0,1]}}"#, 1, "tensor \"a\" has the unknown dtype \"Q8\""),
        (#"{"a":{"dtype":8,"shape":[1],"data_offsets":[0,1]}}"#, 1, "expected '\"'"),
        (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0]}}"#, 1, "tensor \"a\" has data_offsets [0]"),
        (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,1]}}"#, 1, "tensor \"a\" has data_offsets [0, 1, 1]"),
        (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}"#, 1, "tensor \"a\" has data_offsets [1, 0]"),
        (#"{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}"#, 1, "whole number of 0 or more"),
        (#"{"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}"#, 1, "whole number of 0 or more"),
        (#"{"a":{"dtype":"U8","shape":[1e3],"data_offsets":[0,1]}}"#, 1, "whole number of 0 or more"),
        (#"{"a":{"dtype":"U8","shape":[01],"data_offsets":[0,1]}}"#, 1, "whole number of 0 or more"),
        (#"{"a":{"dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,1]}}"#, 1, "too large"),
        (#"{"a":{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,1]}}"#, 1, "too large"),
        (#"{"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}}"#, 0, "impossible shape"),
        (#"{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#, 0, "impossible shape"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, "tensor \"a\" has 4 bytes, expected 8"),
        (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#, 2, "tensor \"a\" begins at byte 1"),
        (#"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#, 1, "holds 1 bytes of data"),
        (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, 2, "holds 2 bytes of data"),
        (
            #"{"a":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[0,9223372036854775807]}}"#, 1,
            "holds 1 bytes"
        ),
        (#"{"\ud800":{}}"#, 0, "half a surrogate pair"),
        (#"{"\ud800\u0041":{}}"#, 0, "half a surrogate pair"),
        (#"{"\udc00":{}}"#, 0, "half a surrogate pair"),
        (#"{"\u12G4":{}}"#, 0, "four hexadecimal digits"),
        (#"{"\x":{}}"#, 0, "unknown escape"),
        (#"{"a\"#, 0, "does not end"),
        ("{\"a\nb\":{}}", 0, "control character"),
    ])
    func open_damagedHeader_saysWhatIsWrong(header: String, dataByteCount: Int, expected: String) throws {
        try expectFailure(Self.file(Array(header.utf8), dataByteCount), expected)
    }

    /// Names, keys, types, shapes and offsets may be of any length; the sentence about them may not.
    @Test(arguments: [
        (#"{"@":{}}"#, "lacks its dtype"), (#"{"@":{},"@":{}}"#, "lacks"), (#"{"a":{"@":1}}"#, "unknown key"),
        (#"{"__metadata__":{"@":"","@":""}}"#, "occurs twice"),
        (#"{"a":{"dtype":"@","shape":[1],"data_offsets":[0,1]}}"#, "unknown dtype"),
        (#"{"a":{"dtype":"U8","shape":[#1],"data_offsets":[0,2]}}"#, "has 2 bytes, expected 1 for U8 [1, 1, "),
        (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[#1]}}"#, "data_offsets [1, 1, "),
        (#"{"a":{"dtype":"U8","shape":[#9223372036854775807,2],"data_offsets":[0,1]}}"#, "impossible shape [1, 1, "),
    ])
    func open_damagedHeaderOfAnyLength_isToldInShort(header: String, expected: String) throws {
        let long = header.replacing("@", with: String(repeating: "x", count: 10_000))
            .replacing("#", with: String(repeating: "1,", count: 10_000))
        let folder = try TemporaryFolder()
        let path = try folder.write(Self.file(Array(long.utf8), 2), to: "bad")
        let error = #expect(throws: SafeTensorsError.self) { try SafeTensorsFile(path: path) }
        let sentence = error?.description ?? ""
        #expect(sentence.contains(expected) && sentence.count < path.count + 300, "\(sentence.prefix(1000))")
    }

    @Test(arguments: [(1, 3), (3, 5), (0, 2)])
    func open_overlappingOrDistantTensors_namesTheSecond(begin: Int, end: Int) throws {
        let header =
            #"{"b":{"dtype":"U8","shape":[2],"data_offsets":[\#(begin),\#(end)]},"#
            + #""a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#
        try expectFailure(Self.file(Array(header.utf8), end), "begins at byte \(begin) of the data, expected 2")
    }

    @Test func open_headerThatIsNotUTF8_saysSo() throws {
        for bad in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xC3]] as [[UInt8]] {
            try expectFailure(Self.file([0x7B, 0x22] + bad + Array("\":{}}".utf8), 0), "not UTF-8")
        }
    }

    @Test(arguments: [3, 100_000_001, 1 << 62, .max] as [UInt64])
    func open_headerLongerThanTheFile_isRefused(length: UInt64) throws {
        try expectFailure(
            withUnsafeBytes(of: length.littleEndian) { Array($0) } + [0x7B, 0x7D], "claims \(length) bytes")
    }

    @Test func open_headerOfAHundredThousandOpenBrackets_doesNotExhaustTheStack() throws {
        let brackets = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
        try expectFailure(Self.file(Array("{\"a\":{\"shape\":".utf8) + brackets, 0), "whole number")
    }

    @Test func open_fileCutAtAnyByte_throws() throws {
        let folder = try TemporaryFolder()
        try SafeTensorsWriterTests.writeSample(to: folder.path + "/good")
        let good = try folder.read("good")
        for length in 0..<good.count {
            let path = try folder.write(Array(good[..<length]), to: "cut")
            #expect(throws: SafeTensorsError.self, "cut at \(length)") { try SafeTensorsFile(path: path) }
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func open_fileWithRandomDamage_loadsOrThrowsASentence(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        try SafeTensorsWriterTests.writeSample(to: folder.path + "/good")
        let good = try folder.read("good")
        var random = SplitMix(state: seed)
        var refused = 0
        for trial in 0..<500 {
            var bytes = good
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: .min ... .max, using: &random)
            }
            if trial % 5 == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
            let path = try folder.write(bytes, to: "bad")
            do {
                let file = try SafeTensorsFile(path: path)
                for entry in file.entries { #expect(try file.bytes(entry.name).count == entry.byteRange.count) }
            } catch let error as SafeTensorsError {
                refused += 1
                #expect(error.description.contains(path), "seed \(seed), trial \(trial)")
            }
        }
        // Most bytes are header, and most changes there matter.
        #expect(refused > 250, "seed \(seed)")
    }
}

extension SafeTensorsDamageTests {
    private static func file(_ header: [UInt8], _ dataByteCount: Int) -> [UInt8] {
        let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
        return length + header + [UInt8](repeating: 0, count: dataByteCount)
    }

    private func expectFailure(
        _ bytes: [UInt8], _ expected: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(bytes, to: "bad")
        let error = #expect(throws: SafeTensorsError.self, sourceLocation: sourceLocation) {
            try SafeTensorsFile(path: path)
        }
        let sentence = error?.description ?? ""
        #expect(sentence.contains(path) && sentence.contains(expected), "\(sentence)", sourceLocation: sourceLocation)
    }
}

/// SplitMix64, so that a failing trial can be repeated from its seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
