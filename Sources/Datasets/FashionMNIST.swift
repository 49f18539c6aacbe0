internal import Foundation

/// Fashion-MNIST: 60 000 + 10 000 grey images of clothes, 28 × 28 (Xiao, Rasul and Vollgraf 2017, arXiv 1708.07747).
public enum FashionMNIST {
    /// The ten classes in the order of the labels (table 2 of the paper).
    public static let classNames = [
        "t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
    ]

    /// Height, width and channels of one image.
    public static let sampleShape = [28, 28, 1]

    private static let name = "fashion-mnist"

    /// The first `limit` samples, or all, of `split`.
    ///
    /// The folder is `path` if given, else `$APUS_DATA` if set, else the first of the Debian package's and the user's cache
    /// that holds the files, plain or gzip.
    ///
    /// - Throws: ``DatasetError``.
    public static func load(
        path: String? = nil, split: DatasetSplit, limit: Int? = nil, places: DatasetPlaces = .current()
    ) throws -> ImageDataset {
        let files = try find(path, split, places)
        let images = try IDXFile(path: files.images, cacheFolder: places.cacheFolder)
        let labels = try IDXFile(path: files.labels, cacheFolder: places.cacheFolder)
        guard images.dimensions.count == 3, images.dimensions[1...] == [28, 28] else {
            throw DatasetError.damaged(
                path: images.place, problem: "its dimensions are \(images.sizes), expected images × 28 × 28")
        }
        return try ImageDataset(name: name, images: images, labels: labels, classNames: classNames, limit: limit)
    }

    private static func find(
        _ path: String?, _ split: DatasetSplit, _ places: DatasetPlaces
    ) throws -> (images: String, labels: String) {
        if let path { return try files(split, in: path, origin: "dataset.path") }
        if let folder = places.dataFolder { return try files(split, in: folder, origin: "$APUS_DATA") }
        let folders = [places.systemFolder, places.cacheFolder].compactMap { $0 }.map { "\($0)/\(name)" }
        for folder in folders {
            if let found = try? files(split, in: folder, origin: "") { return found }
        }
        throw DatasetError.notFound(
            dataset: name, searched: folders,
            advice:
                "install it by `apt install dataset-fashion-mnist`, or let dataset.path or $APUS_DATA name its folder")
    }

    private static func files(
        _ split: DatasetSplit, in folder: String, origin: String
    ) throws -> (images: String, labels: String) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
            throw DatasetError.missingFolder(path: folder, origin: origin)
        }
        guard isFolder.boolValue else { throw DatasetError.notAFolder(path: folder, origin: origin) }
        func file(_ name: String) throws -> String {
            let candidates = ["\(folder)/\(name)", "\(folder)/\(name).gz"]
            guard let found = candidates.first(where: FileManager.default.fileExists(atPath:)) else {
                throw DatasetError.missingFile(name: name, folder: folder, origin: origin)
            }
            return found
        }
        let prefix = split == .train ? "train" : "t10k"
        return (try file("\(prefix)-images-idx3-ubyte"), try file("\(prefix)-labels-idx1-ubyte"))
    }
}
