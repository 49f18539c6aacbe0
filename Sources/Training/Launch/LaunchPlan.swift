public import Foundation

/// How `mpirun` starts ranks on this host: what `launch/local` and the scaling benchmark have in common.
public struct LaunchPlan: Sendable {
    private let ranks: Int
    private let cores: HostCores
    private let isRoot: Bool
    private let environment: [String: String]

    /// A plan for `ranks` ranks on this host, or for one per physical core.
    public init(
        ranks: Int? = nil, cores: HostCores = .current, isRoot: Bool = geteuid() == 0,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.ranks = ranks ?? cores.defaultRanks
        self.cores = cores
        self.isRoot = isRoot
        self.environment = environment
    }

    /// The words between `mpirun` and the program.
    public var options: [String] {
        // Slots are physical cores, ranks may be more: this is a permission.
        ["-n", "\(ranks)", "--oversubscribe"] + (isRoot ? ["--allow-run-as-root"] : []) + settings + binding
    }

    /// Settings of Open MPI that suit one host, unless the user has others.
    private var settings: [String] {
        let suitable = [
            // Do not search for fabrics, which takes 0.2 s.
            ("pml", "ob1"),
            // Copying straight from the other rank's memory is forbidden in many containers, and was slower for 23 MB.
            ("btl_vader_single_copy_mechanism", "none"),
        ]
        return suitable.filter { environment["OMPI_MCA_\($0.0)"] == nil }.flatMap { ["--mca", $0.0, $0.1] }
    }

    /// Each rank gets its own equal block of cores when the whole machine is ours and divides evenly; all threads of a rank then
    /// share caches and memory. Open MPI's default would give each of two ranks a single core, however many there are. In all
    /// other cases nothing is bound and the kernel places the ranks: Open MPI binds to cores outside the caller's affinity mask
    /// (`taskset`, a batch system), and binding more ranks than cores makes them wait for each other.
    private var binding: [String] {
        guard cores.usable == cores.total, cores.physical >= ranks, cores.physical.isMultiple(of: ranks) else {
            return ["--bind-to", "none"]
        }
        return ["--map-by", "slot:PE=\(cores.physical / ranks)", "--bind-to", "core:if-supported"]
    }
}
