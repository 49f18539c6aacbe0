/// The environment variables in which one launcher tells a process its place.
struct LaunchVariables {
    let launcher: String
    let rank: String
    var size: String?

    /// The launchers whose variables stand for a rank wherever they are set; the more specific before the more general.
    static let all = [
        LaunchVariables(
            launcher: "Open MPI's mpirun", rank: "OMPI_COMM_WORLD_RANK", size: "OMPI_COMM_WORLD_SIZE"),
        LaunchVariables(
            launcher: "MVAPICH2's mpirun", rank: "MV2_COMM_WORLD_RANK", size: "MV2_COMM_WORLD_SIZE"),
        LaunchVariables(
            launcher: "PALS", rank: "PALS_RANKID", size: "PMI_SIZE"),
        LaunchVariables(
            launcher: "Flux", rank: "FLUX_TASK_RANK", size: "FLUX_JOB_SIZE"),
        LaunchVariables(
            launcher: "a PMI launcher (MPICH, Intel MPI)", rank: "PMI_RANK", size: "PMI_SIZE"),
    ]

    /// Any launcher that speaks PMIx; it says no size.
    static let pmix = LaunchVariables(launcher: "a PMIx launcher", rank: "PMIX_RANK")
}
