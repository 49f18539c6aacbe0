/// What can be wrong with a dataset's files.
public enum DatasetError: Error, Equatable, CustomStringConvertible {
    /// The system or zlib cannot read the file.
    case unreadable(path: String, reason: String)

    /// The file's content is not what its format or the dataset wants.
    case damaged(path: String, problem: String)

    /// The folder that was asked for does not exist; `origin` says who asked.
    case missingFolder(path: String, origin: String)

    /// What was asked for as a folder is a file.
    case notAFolder(path: String, origin: String)

    /// The folder that was asked for lacks a file.
    case missingFile(name: String, folder: String, origin: String)

    /// None of the usual places holds the dataset.
    case notFound(dataset: String, searched: [String], advice: String)

    /// A label names no class.
    case labelOutOfRange(path: String, index: Int, label: Int, classCount: Int)

    /// The two files of one split belong to different sets.
    case countMismatch(imagesPath: String, images: Int, labelsPath: String, labels: Int)

    /// The number of samples to use is not positive.
    case impossibleLimit(Int)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "Cannot read the dataset file \(path): \(reason)."
        case .damaged(let path, let problem):
            "The dataset file \(path) is damaged or of the wrong kind: \(problem)."
        case .missingFolder(let path, let origin):
            "The dataset folder \(path), given by \(origin), does not exist."
        case .notAFolder(let path, let origin):
            "The dataset folder \(path), given by \(origin), is not a folder but a file."
        case .missingFile(let name, let folder, let origin):
            "The dataset folder \(folder), given by \(origin), holds neither \(name) nor \(name).gz."
        case .notFound(let dataset, let searched, let advice):
            "Found no \(dataset) in \(searched.joined(separator: ", ")): \(advice)."
        case .labelOutOfRange(let path, let index, let label, let classCount):
            "The dataset file \(path) has label \(label) at index \(index), expected 0 to \(classCount - 1)."
        case .countMismatch(let imagesPath, let images, let labelsPath, let labels):
            "The dataset file \(imagesPath) holds \(images) images, but \(labelsPath) holds \(labels) labels."
        case .impossibleLimit(let limit):
            "The dataset is limited to \(limit) samples, expected at least 1."
        }
    }
}
