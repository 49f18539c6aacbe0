import Communication
import Foundation

/// What a run can say about where it runs.
public enum Machine {
    /// The host's name, from gethostname(2).
    public static var hostName: String {
        var bytes = [CChar](repeating: 0, count: Int(HOST_NAME_MAX) + 1)
        guard gethostname(&bytes, bytes.count) == 0 else { return "unknown" }
        return text(bytes)
    }

    /// The number of ranks on the calling rank's host. Collective: all ranks must reach this.
    static func ranksOnThisHost(of communicator: any Communicator) throws -> Int {
        let mine = hostName
        return try communicator.allGather(mine).filter { $0 == mine }.count
    }

    /// The CPU's model name, from `/proc/cpuinfo`.
    public static var cpuModel: String {
        cpuModel(in: (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? "")
    }

    /// The C library and its version, such as `glibc 2.36`, from confstr(3).
    public static var cLibraryVersion: String {
        var bytes = [CChar](repeating: 0, count: 64)
        let length = confstr(Int32(_CS_GNU_LIBC_VERSION), &bytes, bytes.count)
        return length > 0 && length <= bytes.count ? text(bytes) : "unknown"
    }

    /// The Swift compiler's version, as closely as conditional compilation tells it.
    public static var swiftVersion: String {
        #if compiler(>=6.5)
            "6.5 or later"
        #elseif compiler(>=6.4)
            "6.4"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }

    /// The first model name in the text of a `/proc/cpuinfo`; `unknown` where there is none, as on ARM.
    static func cpuModel(in cpuinfo: String) -> String {
        for line in cpuinfo.split(separator: "\n") where line.hasPrefix("model name") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            return parts[1].trimmingCharacters(in: .whitespaces)
        }
        return "unknown"
    }

    private static func text(_ bytes: [CChar]) -> String {
        String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
