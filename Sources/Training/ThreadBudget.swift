public import Communication
import Foundation
import Glibc

/// How many threads a rank may use: the cores of its affinity mask, capped by the control group's quota, divided by the ranks of
/// its host that share the mask, at least 1.
public enum ThreadBudget {
    /// The budget of the calling rank.
    /// - Throws: what the communicator reports.
    public static func threadsPerRank(over communicator: any Communicator) throws -> Int {
        let mine = "\(ProcessInfo.processInfo.hostName) \(affinityMask().map(String.init).joined(separator: ","))"
        // Collective: all ranks must reach this.
        let all = try communicator.allGather(mine)
        return threads(
            cores: affinityMask().count, quota: controlGroupQuota(), sharers: all.filter { $0 == mine }.count)
    }

    /// The arithmetic of it.
    static func threads(cores: Int, quota: Double?, sharers: Int) -> Int {
        let usable = min(cores, quota.map { Int($0) } ?? cores)
        return max(1, usable / max(1, sharers))
    }

    /// The numbers of the cores that this process may run on (`sched_getaffinity`).
    static func affinityMask() -> [Int] {
        var set = cpu_set_t()
        let byteCount = MemoryLayout<cpu_set_t>.size
        guard sched_getaffinity(0, byteCount, &set) == 0 else { return [0] }
        return withUnsafeBytes(of: &set) { bytes in
            (0..<byteCount * 8).filter { bytes[$0 / 8] >> UInt8($0 % 8) & 1 == 1 }
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
