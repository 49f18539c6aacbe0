import Foundation
import TestSupport

extension TemporaryFolder {
    /// Writes a dataset in Fashion-MNIST's format into the sub-folder `name` and returns its path. The files are plain,
    /// so no cache is touched. Images are noise with a bright band whose height is the class, so that there is something to learn.
    func writeDataset(_ name: String = "data", training: Int = 150, validation: Int = 60, seed: UInt32 = 1) throws
        -> String
    {
        let folder = "\(path)/\(name)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (prefix, count) in [("train", training), ("t10k", validation)] {
            let labels = (0..<count).map { (sample: Int) -> UInt8 in UInt8((sample * 7 + sample / 10) % 10) }
            var pixels: [UInt8] = []
            var noise = seed &+ UInt32(count)
            for label in labels {
                for place in 0..<784 {
                    noise = noise &* 1_664_525 &+ 1_013_904_223
                    pixels.append(UInt8(noise >> 25) + (place / 56 == Int(label) ? 128 : 0))
                }
            }
            try Data(idx([count, 28, 28], pixels)).write(
                to: URL(fileURLWithPath: "\(folder)/\(prefix)-images-idx3-ubyte"))
            try Data(idx([count], labels)).write(to: URL(fileURLWithPath: "\(folder)/\(prefix)-labels-idx1-ubyte"))
        }
        return folder
    }

    private func idx(_ dimensions: [Int], _ elements: [UInt8]) -> [UInt8] {
        let sizes = dimensions.flatMap { size in withUnsafeBytes(of: UInt32(size).bigEndian) { Array($0) } }
        return [0, 0, 8, UInt8(dimensions.count)] + sizes + elements
    }
}
