/// The version of Apus.
public enum Version {
    /// Semantic version; the newest entry of CHANGELOG.md.
    public static let current = "0.1.0"
}
