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

    /// Whether no lower rank was started with this one's command line, as far as the launcher says: `mpirun A : B` has two, so
    /// two such ranks.
    public let isFirstOfCommandLine: Bool

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
        isFirstOfCommandLine = Self.firstRanks(variables).contains(rank)
    }

    /// Only a step that `srun` started counts: in the shell of `sbatch` and `salloc`, SLURM_PROCID and SLURM_NTASKS are set too.
    private init?(slurm variables: [String: String]) {
        // slurm.h: numbers from 0xfffffffa up are the batch script, the interactive shell and other steps that are no launch.
        guard let step = variables["SLURM_STEP_ID"].flatMap({ UInt32($0) }), step < 0xffff_fffa else { return nil }
        guard let rank = variables["SLURM_PROCID"].flatMap({ Int($0) }) else { return nil }
        launcher = "srun"
        self.rank = rank
        size = (variables["SLURM_STEP_NUM_TASKS"] ?? variables["SLURM_NTASKS"]).flatMap { Int($0) }
        isFirstOfCommandLine = Self.firstRanks(variables).contains(rank)
    }

    /// Open MPI numbers the ranks of one command line after those of the other. The numbers are also in OMPI_FIRST_RANKS, but in 4.1
    /// all of them are 0.
    private static func firstRanks(_ variables: [String: String]) -> [Int] {
        let counts = variables["OMPI_APP_CTX_NUM_PROCS", default: ""].split(separator: " ").compactMap { Int($0) }
        return counts.reduce(into: [0]) { $0.append($0[$0.count - 1] &+ $1) }
    }
}
