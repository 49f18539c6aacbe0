/// The version of Apus.
public enum Version {
    /// Semantic version; the newest entry of CHANGELOG.md.
    public static let current = "0.1.0"

    /// The Swift compiler's language version this was built with.
    static var swift: String {
        #if compiler(>=6.3)
            "6.3 or newer"
        #else
            "6.2"
        #endif
    }
}
