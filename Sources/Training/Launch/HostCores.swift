import Foundation

/// The cores of this host, as far as starting ranks depends on them.
public struct HostCores: Equatable, Sendable {
    /// What this process may use: its affinity mask, capped by a container's quota; at least 1.
    public let usable: Int

    /// Physical cores, which Open MPI counts in; 0 if the kernel does not tell.
    public let physical: Int

    /// All hardware threads of the host, usable or not.
    public let total: Int

    /// Cores as they might be.
    public init(usable: Int, physical: Int, total: Int) {
        self.usable = usable
        self.physical = physical
        self.total = total
    }

    /// This host's.
    public static var current: HostCores {
        let mask = ThreadBudget.affinity().count
        let usable = ThreadBudget.threads(cores: mask, quota: ControlGroup.current.processorQuota, sharers: 1)
        return HostCores(usable: usable, physical: physicalCount(), total: sysconf(Int32(_SC_NPROCESSORS_CONF)))
    }

    /// One rank per physical core: two hardware threads of a core share the vector units that do the work.
    public var defaultRanks: Int {
        physical > 0 && physical < usable ? physical : usable
    }

    /// Cores whose numbers in their packages differ, counted over what is online.
    static func physicalCount(below folder: String = "/sys/devices/system/cpu") -> Int {
        func text(_ file: String) -> String? {
            try? String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
        let online = ThreadBudget.cores(text("online") ?? "")
        let cores = online.compactMap { core -> String? in
            guard let package = text("cpu\(core)/topology/physical_package_id"),
                let id = text("cpu\(core)/topology/core_id")
            else { return nil }
            return "\(package) \(id)"
        }
        return Set(cores).count
    }
}
