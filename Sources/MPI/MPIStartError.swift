public import Communication

/// Why MPI is not usable in this process, though no MPI function failed.
public enum MPIStartError: Error, Equatable, CustomStringConvertible {
    /// ``MPIRuntime/run(exitCode:launch:report:_:)`` was called from another thread than the main one.
    case notOnMainThread

    /// MPI was initialised before; a process can do it only once.
    case alreadyInitialised

    /// The library grants less than MPI_THREAD_FUNNELED.
    case insufficientThreadLevel(provided: Int)

    /// The launcher started several ranks, but each sees only itself.
    case aloneDespite(LaunchEnvironment, library: String)

    public var description: String {
        switch self {
        case .notOnMainThread:
            "MPI must be started and used on the main thread, but MPIRuntime.run was called on another."
        case .alreadyInitialised:
            "MPI was already started in this process, and it can be started only once."
        case .insufficientThreadLevel(let provided):
            "MPI allows thread level \(provided) in a process with several threads, expected MPI_THREAD_FUNNELED or more."
        case .aloneDespite(let launch, let library):
            """
            Rank \(launch.rank) was started by \(launch.launcher) as one of \(launch.size ?? 1), but MPI (\(library)) sees a \
            single rank: each would train on its own. Usually the program was built with another MPI than the launcher's \
            (use the mpirun of the library named here), or srun was called without PMIx (use srun --mpi=pmix, or mpirun \
            inside the allocation).
            """
        }
    }
}
