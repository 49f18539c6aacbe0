internal import Foundation

/// The files in `Tests/Golden`; the script that made each states its format.
public enum GoldenFile {
    /// The path of the file `name`.
    public static func path(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).appending(path: "../../Golden/\(name)").standardizedFileURL.path
    }

    /// What `name`.json holds.
    public static func read<Content: Decodable>(_ name: String) throws -> Content {
        try JSONDecoder().decode(Content.self, from: Data(contentsOf: URL(fileURLWithPath: path(name + ".json"))))
    }
}
