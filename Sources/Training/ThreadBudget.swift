public import Communication
import Foundation

/// How many threads a rank may use: the cores of its affinity mask, capped by the control groups' quota, divided by the ranks of
/// its host that share the mask, at least 1.
public enum ThreadBudget {
    /// The budget of the calling rank.
    /// - Throws: what the communicator reports.
    public static func threadsPerRank(over communicator: any Communicator) throws -> Int {
        let cores = affinity()
        let mine = "\(Machine.hostName) \(cores)"
        // Collective: all ranks must reach this.
        let all = try communicator.allGather(mine)
        return threads(
            cores: cores.count, quota: ControlGroup.current.processorQuota,
            sharers: all.filter { $0 == mine }.count)
    }

    /// The arithmetic of it.
    static func threads(cores: Int, quota: Double?, sharers: Int) -> Int {
        // Compared as Double: a quota may exceed every integer.
        let usable = Int(min(Double(cores), quota ?? .infinity))
        return max(1, usable / max(1, sharers))
    }

    /// The cores that this process may run on. The kernel's mask has those too that are not plugged in.
    static func affinity() -> [Int] {
        let status = text("/proc/self/status").split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
        let allowed = status?.split(whereSeparator: \.isWhitespace).last.map { cores(String($0)) } ?? [0]
        let online = Set(cores(text("/sys/devices/system/cpu/online").trimmingCharacters(in: .whitespacesAndNewlines)))
        return online.isEmpty ? allowed : allowed.filter(online.contains)
    }

    private static func text(_ file: String) -> String {
        (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
    }

    /// The cores in a list such as "0-3,8".
    static func cores(_ list: String) -> [Int] {
        list.split(separator: ",").flatMap { part -> [Int] in
            let ends = part.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, first <= last else { return [] }
            return Array(first...last)
        }
    }
}
