internal import Foundation

/// The folders where datasets are looked for and where decompressed copies are kept.
public struct DatasetPlaces: Sendable {
    /// `$APUS_DATA`: a folder that must then hold the dataset.
    public let dataFolder: String?

    /// Where the Debian packages put datasets.
    public let systemFolder: String

    /// `$APUS_CACHE`, else `$XDG_CACHE_HOME/apus`, else `~/.cache/apus`; nil if there is no home.
    public let cacheFolder: String?

    /// The places that `environment` names.
    public init(environment: [String: String], systemFolder: String = "/usr/share/datasets") {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        dataFolder = value("APUS_DATA")
        self.systemFolder = systemFolder
        // A relative XDG_CACHE_HOME is to be ignored (XDG Base Directory Specification, "Basics").
        let user =
            value("XDG_CACHE_HOME").flatMap { $0.hasPrefix("/") ? $0 : nil } ?? value("HOME").map { $0 + "/.cache" }
        cacheFolder = value("APUS_CACHE") ?? user.map { $0 + "/apus" }
    }

    /// The places that this process's environment names.
    public static func current() -> DatasetPlaces {
        DatasetPlaces(environment: ProcessInfo.processInfo.environment)
    }
}
