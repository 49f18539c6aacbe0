/// A configuration that cannot be used: where it says so, about which key, and what is wrong with it.
public struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    /// `configs/mlp.yaml:12`, or the option as typed: `--set training.epochs=abc`.
    public let origin: String

    /// The full path of the key, such as `training.globalBatchSize`; nil when the text as a whole is at fault.
    public let key: String?

    /// What was expected and what was found, without a full stop.
    public let problem: String

    init(_ origin: String, key: String? = nil, _ problem: String) {
        self.origin = origin
        self.key = key
        self.problem = problem
    }

    public var description: String {
        [origin, key, problem].compactMap(\.self).joined(separator: ": ") + "."
    }
}
