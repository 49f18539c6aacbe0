import Digests
import TensorCore

/// Labelled 8-bit images, mapped from files: image `i` has class `label(i)`.
public struct ImageDataset: Sendable {
    /// The dataset's name, such as `"fashion-mnist"`.
    public let name: String

    /// The number of samples.
    public let count: Int

    /// The shape of one sample: `[height, width, channels]`.
    public let sampleShape: [Int]

    /// The classes' names, in the order of the labels.
    public let classNames: [String]

    /// A SHA-256, in hex, over both files' content and ``count``: equal on all ranks that see the same data.
    public let digest: String

    private let images: IDXFile
    private let labels: IDXFile

    /// The first `limit` samples, or all, of images `[count, height, width]` or `[count, height, width, channels]` and their
    /// labels `[count]`.
    ///
    /// - Throws: ``DatasetError`` if the two do not fit each other or a label names no class.
    public init(name: String, images: IDXFile, labels: IDXFile, classNames: [String], limit: Int? = nil) throws {
        try Self.check(images, labels, classCount: classNames.count)
        if let limit, limit < 1 { throw DatasetError.impossibleLimit(limit) }
        count = min(limit ?? .max, images.dimensions[0])
        sampleShape = Array(images.dimensions[1...]) + (images.dimensions.count == 3 ? [1] : [])
        digest = SHA256.digest(of: "images \(images.digest)\nlabels \(labels.digest)\ncount \(count)\n").hex
        (self.name, self.images, self.labels, self.classNames) = (name, images, labels, classNames)
    }

    /// The number of values of one sample.
    public var sampleElementCount: Int { sampleShape.reduce(1, *) }

    /// Remarks for the log, such as why the cache was not used.
    public var notices: [String] { [images.notice, labels.notice].compactMap { $0 } }

    /// The class of sample `index`.
    public func label(_ index: Int) -> Int {
        labels.withElements { Int($0[checked(index)]) }
    }

    /// Gathers the samples `indices` in their order: pixels in `[0, 1]` as `[indices.count, height, width, channels]` into
    /// `images`, classes as `[indices.count]` into `labels`. Allocates nothing.
    public func copy(
        _ indices: UnsafeBufferPointer<Int32>, images: UnsafeMutablePointer<Float>, labels: UnsafeMutablePointer<Int32>
    ) {
        self.labels.withElements { classes in
            for (place, index) in indices.enumerated() { labels[place] = Int32(classes[checked(Int(index))]) }
        }
        self.images.withElements { pixels in
            guard let first = pixels.baseAddress else { return }
            Kernels.gatherUnitFloats(from: first, rows: indices, rowLength: sampleElementCount, into: images)
        }
    }

    private func checked(_ index: Int) -> Int {
        guard index >= 0, index < count else {
            fatalError("Sample \(index) of dataset \(name) was asked for, which has \(count) samples.")
        }
        return index
    }
}

extension ImageDataset {
    private static func check(_ images: IDXFile, _ labels: IDXFile, classCount: Int) throws {
        func damaged(_ file: IDXFile, _ expected: String) -> DatasetError {
            .damaged(path: file.place, problem: "its dimensions are \(file.sizes), expected \(expected)")
        }
        guard labels.dimensions.count == 1 else { throw damaged(labels, "one, the number of labels") }
        guard (3...4).contains(images.dimensions.count) else { throw damaged(images, "images × height × width") }
        guard images.dimensions[0] == labels.dimensions[0] else {
            throw DatasetError.countMismatch(
                imagesPath: images.place, images: images.dimensions[0],
                labelsPath: labels.place, labels: labels.dimensions[0])
        }
        guard !images.dimensions.contains(0) else { throw damaged(images, "at least one image of at least one pixel") }
        guard Int32(exactly: images.dimensions[0]) != nil else { throw damaged(images, "at most 2147483647 images") }
        let wrong = labels.withElements { elements in
            elements.firstIndex { $0 >= classCount }.map { ($0, Int(elements[$0])) }
        }
        if let (index, label) = wrong {
            throw DatasetError.labelOutOfRange(path: labels.place, index: index, label: label, classCount: classCount)
        }
    }
}
