import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct FashionMNISTTests {
    @Test(arguments: [false, true])
    func load_smallSet_hasItsShapeNamesAndLabels(compressed: Bool) throws {
        let folder = try TemporaryFolder()
        let path = try folder.writeTrainingSet("set", count: 12, compressed: compressed)
        let dataset = try FashionMNIST.load(path: path, split: .train, places: folder.places())
        #expect(dataset.name == "fashion-mnist")
        #expect(dataset.count == 12)
        #expect(dataset.sampleShape == [28, 28, 1])
        #expect(dataset.classNames.count == 10)
        #expect((0..<12).map(dataset.label) == [3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4])
        #expect(dataset.notices.isEmpty)
    }

    @Test func load_plainAndGzip_haveTheSameDigestAndLimitedOnesAnother() throws {
        let folder = try TemporaryFolder()
        let plain = try folder.writeTrainingSet("plain", count: 12)
        let packed = try folder.writeTrainingSet("packed", count: 12, compressed: true)
        let digest = try FashionMNIST.load(path: plain, split: .train, places: folder.places()).digest
        #expect(try FashionMNIST.load(path: packed, split: .train, places: folder.places()).digest == digest)
        let limited = try FashionMNIST.load(path: plain, split: .train, limit: 5, places: folder.places())
        #expect(limited.count == 5)
        #expect(limited.digest != digest)
        #expect(try FashionMNIST.load(path: plain, split: .train, limit: 99, places: folder.places()).count == 12)
        let none = #expect(throws: DatasetError.self) {
            try FashionMNIST.load(path: plain, split: .train, limit: 0, places: folder.places())
        }
        #expect(none?.description == "The dataset is limited to 0 samples, expected at least 1.")
    }

    @Test func copy_anyIndices_gathersInTheirOrder() throws {
        let folder = try TemporaryFolder()
        let path = try folder.writeTrainingSet("set", count: 12)
        let dataset = try FashionMNIST.load(path: path, split: .train, places: folder.places())
        let indices: [Int32] = [11, 0, 7, 7]
        var images = [Float](repeating: -1, count: indices.count * 784)
        var labels = [Int32](repeating: -1, count: indices.count)
        indices.withUnsafeBufferPointer { chosen in
            images.withUnsafeMutableBufferPointer { images in
                labels.withUnsafeMutableBufferPointer { labels in
                    guard let images = images.baseAddress, let labels = labels.baseAddress else { return }
                    dataset.copy(chosen, images: images, labels: labels)
                }
            }
        }
        #expect(labels == [4, 3, 0, 0])
        let expected = indices.flatMap { sample in (0..<784).map { Float(pixel(Int(sample), $0)) / 255 } }
        #expect(images == expected)
    }

    @Test func load_pathOrVariable_winOverTheUsualPlacesInThisOrder() throws {
        let folder = try TemporaryFolder()
        func count(_ path: String?, _ environment: [String: String] = [:]) throws -> Int {
            try FashionMNIST.load(path: path, split: .train, places: folder.places(environment)).count
        }
        _ = try folder.writeTrainingSet("cache/fashion-mnist", count: 4)
        #expect(try count(nil) == 4)
        _ = try folder.writeTrainingSet("system/fashion-mnist", count: 3)
        #expect(try count(nil) == 3)
        let variable = try folder.writeTrainingSet("variable", count: 2)
        #expect(try count(nil, ["APUS_DATA": variable]) == 2)
        let path = try folder.writeTrainingSet("path", count: 1)
        #expect(try count(path, ["APUS_DATA": variable]) == 1)
    }

    @Test func load_nothingFound_listsThePlacesAndTheCure() throws {
        let folder = try TemporaryFolder()
        let sentence = failure(folder, path: nil)
        #expect(sentence.contains(folder.path + "/system/fashion-mnist, " + folder.path + "/cache/fashion-mnist"))
        #expect(sentence.contains("apt install dataset-fashion-mnist"))
    }

    @Test func load_givenFolderMissingOrIncomplete_isNotSkipped() throws {
        let folder = try TemporaryFolder()
        _ = try folder.writeTrainingSet("system/fashion-mnist", count: 3)
        let none = folder.path + "/none"
        #expect(failure(folder, path: none) == "The dataset folder \(none), given by dataset.path, does not exist.")
        #expect(
            failure(folder, path: nil, ["APUS_DATA": none])
                == "The dataset folder \(none), given by $APUS_DATA, does not exist.")
        let file = try folder.write("", to: "file")
        #expect(
            failure(folder, path: file)
                == "The dataset folder \(file), given by dataset.path, is not a folder but a file.")
        let set = try folder.writeTrainingSet("set", count: 3)
        try FileManager.default.removeItem(atPath: set + "/train-labels-idx1-ubyte")
        #expect(
            failure(folder, path: set) == "The dataset folder \(set), given by dataset.path, holds neither "
                + "train-labels-idx1-ubyte nor train-labels-idx1-ubyte.gz.")
        #expect(failure(folder, path: set, split: .test).contains("t10k-images-idx3-ubyte"))
    }

    @Test func load_filesThatDoNotFit_namesFileExpectedAndFound() throws {
        let folder = try TemporaryFolder()
        let set = try folder.writeTrainingSet("set", count: 3)
        let (images, labels) = (set + "/train-images-idx3-ubyte", set + "/train-labels-idx1-ubyte")
        func check(_ bytes: [UInt8], _ name: String, _ expected: String) throws {
            _ = try folder.write(bytes, to: "set/" + name)
            #expect(failure(folder, path: set) == expected)
        }
        let damaged = "The dataset file \(images) is damaged or of the wrong kind: its dimensions are"
        try check(
            imageFile(3, height: 27), "train-images-idx3-ubyte", "\(damaged) 3 × 27 × 28, expected images × 28 × 28.")
        try check(labelFile(3), "train-images-idx3-ubyte", "\(damaged) 3, expected images × 28 × 28.")
        try check(
            imageFile(2), "train-images-idx3-ubyte",
            "The dataset file \(images) holds 2 images, but \(labels) holds 3 labels.")
        _ = try folder.write(imageFile(3), to: "set/train-images-idx3-ubyte")
        try check(
            idx([3], [9, 10, 0]), "train-labels-idx1-ubyte",
            "The dataset file \(labels) has label 10 at index 1, expected 0 to 9.")
        try check(
            imageFile(3), "train-labels-idx1-ubyte",
            "The dataset file \(labels) is damaged or of the wrong kind: its dimensions are 3 × 28 × 28, "
                + "expected one, the number of labels.")
        _ = try folder.write(imageFile(0), to: "set/train-images-idx3-ubyte")
        try check(
            labelFile(0), "train-labels-idx1-ubyte",
            "\(damaged) 0 × 28 × 28, expected at least one image of at least one pixel.")
    }

    /// Runs where the Debian package `dataset-fashion-mnist` or `$APUS_DATA` provides the real files.
    @Test(.enabled(if: (try? FashionMNIST.load(split: .test, places: realPlaces())) != nil, "no real dataset here"))
    func load_theRealSet_isWhatThePaperSays() throws {
        let folder = try TemporaryFolder()
        let places = Self.realPlaces(cache: folder.path)
        let train = try FashionMNIST.load(split: .train, places: places)
        let test = try FashionMNIST.load(split: .test, places: places)
        #expect(train.count == 60_000)
        #expect(test.count == 10_000)
        #expect((0..<10).map(train.label) == [9, 0, 0, 3, 0, 2, 7, 2, 5, 5])
        var counts = [Int](repeating: 0, count: 10)
        for index in 0..<train.count { counts[train.label(index)] += 1 }
        #expect(counts == [Int](repeating: 6000, count: 10))
    }

    /// This machine's datasets; the cache stays inside a folder that the test removes, or is not used.
    private static func realPlaces(cache: String? = nil) -> DatasetPlaces {
        let data = ProcessInfo.processInfo.environment["APUS_DATA"] ?? ""
        return DatasetPlaces(environment: ["APUS_DATA": data, "APUS_CACHE": cache ?? ""])
    }

    private func failure(
        _ folder: TemporaryFolder, path: String?, _ environment: [String: String] = [:], split: DatasetSplit = .train
    ) -> String {
        let error = #expect(throws: DatasetError.self) {
            try FashionMNIST.load(path: path, split: split, places: folder.places(environment))
        }
        return error?.description ?? ""
    }
}
