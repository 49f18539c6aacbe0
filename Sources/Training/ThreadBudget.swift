public import Communication
import Foundation

/// How many threads a rank may use: the cores of its affinity mask, capped by the control group's quota, divided by the ranks of
/// its host that share the mask, at least 1.
public enum ThreadBudget {
    /// The budget of the calling rank.
    /// - Throws: what the communicator reports.
    public static func threadsPerRank(over communicator: any Communicator) throws -> Int {
        let cores = affinityList()
        let mine = "\(Machine.hostName) \(cores)"
        // Collective: all ranks must reach this.
        let all = try communicator.allGather(mine)
        return threads(
            cores: coreCount(cores), quota: controlGroupQuota(), sharers: all.filter { $0 == mine }.count)
    }

    /// The arithmetic of it.
    static func threads(cores: Int, quota: Double?, sharers: Int) -> Int {
        // Compared as Double: a quota may exceed every integer.
        let usable = Int(min(Double(cores), quota ?? .infinity))
        return max(1, usable / max(1, sharers))
    }

    /// The cores that this process may run on, as the kernel writes them: "0-3,8".
    static func affinityList() -> String {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
        return line?.split(whereSeparator: \.isWhitespace).last.map(String.init) ?? "0"
    }

    /// The number of cores in a list such as "0-3,8".
    static func coreCount(_ list: String) -> Int {
        list.split(separator: ",").reduce(0) { count, part in
            let ends = part.split(separator: "-").compactMap { Int($0) }
            return count + (ends.last ?? 0) - (ends.first ?? 0) + (ends.isEmpty ? 0 : 1)
        }
    }

    /// Cores' worth of time that a container grants, if it limits it (control groups, version 2 or 1).
    private static func controlGroupQuota() -> Double? {
        if let text = try? String(contentsOfFile: "/sys/fs/cgroup/cpu.max", encoding: .utf8) { return quota(text) }
        let folder = "/sys/fs/cgroup/cpu/cpu.cfs_"
        guard let limit = try? String(contentsOfFile: folder + "quota_us", encoding: .utf8),
            let period = try? String(contentsOfFile: folder + "period_us", encoding: .utf8)
        else { return nil }
        return quota(limit + " " + period)
    }

    /// The cores in a line "limit period", as `cpu.max` holds it; nil for no limit.
    static func quota(_ line: String) -> Double? {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let limit = Double(words[0]), let period = Double(words[1]), limit > 0, period > 0
        else { return nil }
        return limit / period
    }
}
