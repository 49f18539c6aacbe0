public import Foundation

/// What the program that started this process says, in environment variables, about the ranks it started.
///
/// Known before MPI is initialised, and also when MPI and the launcher do not understand each other.
public struct LaunchEnvironment: Equatable, Sendable {
    /// The launcher's name, for reports.
    public let launcher: String

    /// This process's number.
    public let rank: Int

    /// The number of processes started together; nil where the launcher does not say.
    public let size: Int?

    /// This process's number among those on its host; nil where the launcher does not say.
    public let localRank: Int?

    /// The number of processes on this host; nil where the launcher does not say.
    public let localSize: Int?

    /// Reads `variables`; nil when no launcher has started this process.
    ///
    /// The first launcher that matches counts: `mpirun` under Slurm starts its own daemons with `srun`, whose variables the
    /// ranks inherit.
    public init?(_ variables: [String: String] = ProcessInfo.processInfo.environment) {
        let candidates = LaunchVariables.all.lazy.compactMap { Self(variables, $0) }
        guard let first = candidates.first ?? Self(slurm: variables) ?? Self(variables, .pmix) else { return nil }
        self = first
    }

    private init?(_ variables: [String: String], _ names: LaunchVariables) {
        func number(_ name: String?) -> Int? { name.flatMap { variables[$0] }.flatMap { Int($0) } }
        guard let rank = number(names.rank) else { return nil }
        launcher = names.launcher
        self.rank = rank
        size = number(names.size)
        localRank = number(names.localRank)
        localSize = number(names.localSize)
    }

    /// Only a step that `srun` started counts: in the shell of `sbatch` and `salloc`, SLURM_PROCID and SLURM_NTASKS are set too.
    private init?(slurm variables: [String: String]) {
        // slurm.h: numbers from 0xfffffffa up are the batch script, the interactive shell and other steps that are no launch.
        guard let step = variables["SLURM_STEP_ID"].flatMap({ UInt32($0) }), step < 0xffff_fffa else { return nil }
        guard let rank = variables["SLURM_PROCID"].flatMap({ Int($0) }) else { return nil }
        launcher = "srun"
        self.rank = rank
        size = (variables["SLURM_STEP_NUM_TASKS"] ?? variables["SLURM_NTASKS"]).flatMap { Int($0) }
        localRank = variables["SLURM_LOCALID"].flatMap { Int($0) }
        let node = variables["SLURM_NODEID"].flatMap { Int($0) }
        let tasks = Self.expand(variables["SLURM_STEP_TASKS_PER_NODE"] ?? "")
        localSize = node.flatMap { tasks.indices.contains($0) ? tasks[$0] : nil }
    }

    /// Slurm's list of tasks per node: `2(x3),1` is 2, 2, 2, 1.
    private static func expand(_ list: String) -> [Int] {
        list.split(separator: ",").flatMap { item -> [Int] in
            let parts = item.split { "(x)".contains($0) }.compactMap { Int($0) }
            // No cluster has a million nodes: a larger number is damage, not a list to allocate.
            guard let tasks = parts.first, let times = (parts + [1]).dropFirst().first, 0...1_000_000 ~= times else {
                return []
            }
            return Array(repeating: tasks, count: times)
        }
    }
}
