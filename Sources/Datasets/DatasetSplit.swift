/// The part of a dataset that a model learns from, or is judged by.
public enum DatasetSplit: String, CaseIterable, Codable, Sendable {
    case train
    case test
}
