import Foundation

/// What the control groups of this process leave it of the host, version 1 or 2.
///
/// A limit may stand at any level between the process's own group and the root, and the tightest holds (cgroups(7)). In a container
/// the own group's path may be that of the host, which is not there to be read; the levels above it still count.
struct ControlGroup {
    private let root: String
    private let memberships: [Membership]

    /// One line of `/proc/<pid>/cgroup`: the controllers, none for version 2, and the path below their hierarchy.
    private struct Membership {
        let controllers: String
        let path: String

        init?(_ line: Substring) {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return nil }
            (controllers, path) = (String(parts[1]), String(parts[2]))
        }
    }

    /// The groups that `membership`, the text of `/proc/self/cgroup`, names, as mounted at `root`.
    init(membership: String, root: String = "/sys/fs/cgroup") {
        self.root = root
        memberships = membership.split(separator: "\n").compactMap(Membership.init)
    }

    /// The groups of this process.
    static var current: ControlGroup {
        ControlGroup(membership: (try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8)) ?? "")
    }

    /// Cores' worth of processor time; nil for no limit.
    var processorQuota: Double? {
        let unified = texts(of: "", "cpu.max")
        let limits = texts(of: "cpu", "cpu.cfs_quota_us", "cpu.cfs_period_us")
        return (unified + limits).compactMap(Self.quota).min()
    }

    /// Bytes of memory; nil for no limit.
    var memoryLimit: Int? {
        (texts(of: "", "memory.max") + texts(of: "memory", "memory.limit_in_bytes"))
            .compactMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }.min()
    }

    /// The cores in "limit period", as `cpu.max` holds it; nil for no limit.
    static func quota(_ text: String) -> Double? {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let limit = Double(words[0]), let period = Double(words[1]), limit > 0, period > 0
        else { return nil }
        return limit / period
    }

    /// What `files` hold at each level of the hierarchy of `controller`, joined by spaces; levels that lack one are left out.
    private func texts(of controller: String, _ files: String...) -> [String] {
        let own = memberships.filter {
            controller.isEmpty
                ? $0.controllers.isEmpty : $0.controllers.split(separator: ",").contains(Substring(controller))
        }
        return own.flatMap { Self.levels(of: $0.path) }.compactMap { level in
            let folder = (controller.isEmpty ? root : "\(root)/\(controller)") + level
            let texts = files.compactMap { try? String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8) }
            return texts.count == files.count ? texts.joined(separator: " ") : nil
        }
    }

    /// "/a/b", "/a" and "" for "/a/b".
    private static func levels(of path: String) -> [String] {
        let names = path.split(separator: "/")
        return (0...names.count).reversed().map { names.prefix($0).map { "/" + $0 }.joined() }
    }
}
