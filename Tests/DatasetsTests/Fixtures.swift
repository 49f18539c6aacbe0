import Foundation
import TestSupport

@testable import Datasets

/// The bytes of an IDX file of element type `type`.
func idx(_ dimensions: [Int], _ elements: [UInt8], type: UInt8 = 8) -> [UInt8] {
    let sizes = dimensions.flatMap { size in withUnsafeBytes(of: UInt32(size).bigEndian) { Array($0) } }
    return [0, 0, type, UInt8(dimensions.count)] + sizes + elements
}

/// `bytes` as a gzip file of stored blocks (RFC 1951, section 3.2.4; RFC 1952).
func gzip(_ bytes: [UInt8]) -> [UInt8] {
    func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
    var file: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    for start in Swift.stride(from: 0, through: bytes.count, by: 60_000) {
        let block = bytes[start..<min(start + 60_000, bytes.count)]
        let length = UInt16(block.count)
        file += [start + 60_000 > bytes.count ? 1 : 0] + littleEndian(length) + littleEndian(~length) + block
    }
    return file + littleEndian(crc32(bytes)) + littleEndian(UInt32(bytes.count))
}

private func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0 as UInt32) { crc, byte in
        (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }
}

/// Pixel `place` of image `sample`: every value of a byte occurs, and no two neighbours are equal.
func pixel(_ sample: Int, _ place: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: sample &* 31 &+ place &* 7)
}

/// `count` images of 28 × 28 as an IDX file.
func imageFile(_ count: Int, height: Int = 28) -> [UInt8] {
    idx([count, height, 28], (0..<count).flatMap { sample in (0..<height * 28).map { pixel(sample, $0) } })
}

/// `count` labels, 3, 4, … modulo 10, as an IDX file.
func labelFile(_ count: Int) -> [UInt8] {
    idx([count], (0..<count).map { UInt8(($0 + 3) % 10) })
}

extension TemporaryFolder {
    /// Places without the machine's own datasets: an empty system folder, and a cache inside this folder.
    func places(_ environment: [String: String] = [:]) -> DatasetPlaces {
        let own = ["APUS_CACHE": path + "/cache"].merging(environment) { $1 }
        return DatasetPlaces(environment: own, systemFolder: path + "/system")
    }

    /// Writes a training set of `count` samples into the sub-folder `name`, as gzip if `compressed`; returns its path.
    func writeTrainingSet(_ name: String, count: Int, compressed: Bool = false) throws -> String {
        try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
        let (images, labels) = (imageFile(count), labelFile(count))
        let suffix = compressed ? ".gz" : ""
        _ = try write(compressed ? gzip(images) : images, to: "\(name)/train-images-idx3-ubyte\(suffix)")
        _ = try write(compressed ? gzip(labels) : labels, to: "\(name)/train-labels-idx1-ubyte\(suffix)")
        return "\(path)/\(name)"
    }
}
