/// The environment variables in which one launcher tells a process its place.
struct LaunchVariables {
    let launcher: String
    let rank: String
    var size: String?
    var localRank: String?
    var localSize: String?

    /// The launchers whose variables stand for a rank wherever they are set; the more specific before the more general.
    static let all = [
        LaunchVariables(
            launcher: "Open MPI's mpirun", rank: "OMPI_COMM_WORLD_RANK", size: "OMPI_COMM_WORLD_SIZE",
            localRank: "OMPI_COMM_WORLD_LOCAL_RANK", localSize: "OMPI_COMM_WORLD_LOCAL_SIZE"),
        LaunchVariables(
            launcher: "MVAPICH2's mpirun", rank: "MV2_COMM_WORLD_RANK", size: "MV2_COMM_WORLD_SIZE",
            localRank: "MV2_COMM_WORLD_LOCAL_RANK", localSize: "MV2_COMM_WORLD_LOCAL_SIZE"),
        LaunchVariables(
            launcher: "PALS", rank: "PALS_RANKID", size: "PMI_SIZE", localRank: "PALS_LOCAL_RANKID",
            localSize: "PMI_LOCAL_SIZE"),
        LaunchVariables(
            launcher: "Flux", rank: "FLUX_TASK_RANK", size: "FLUX_JOB_SIZE", localRank: "FLUX_TASK_LOCAL_ID"),
        LaunchVariables(
            launcher: "a PMI launcher (MPICH, Intel MPI)", rank: "PMI_RANK", size: "PMI_SIZE",
            localRank: "MPI_LOCALRANKID", localSize: "MPI_LOCALNRANKS"),
    ]

    /// Any launcher that speaks PMIx; it says no size.
    static let pmix = LaunchVariables(launcher: "a PMIx launcher", rank: "PMIX_RANK")
}
