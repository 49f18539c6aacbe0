import Communication
import Testing

@Suite struct LaunchEnvironmentTests {
    /// What tests compare: the launcher's name may be reworded.
    private func place(_ variables: [String: String]) -> [Int?]? {
        LaunchEnvironment(variables).map { [$0.rank, $0.size] }
    }

    @Test func noVariables_areNoLaunch() {
        #expect(place([:]) == nil)
        #expect(place(["PATH": "/usr/bin", "OMPI_MCA_pml": "ob1"]) == nil)
    }

    @Test func openMPI_isRead() {
        let variables = [
            "OMPI_COMM_WORLD_RANK": "5", "OMPI_COMM_WORLD_SIZE": "8", "OMPI_COMM_WORLD_LOCAL_RANK": "1",
            "OMPI_COMM_WORLD_LOCAL_SIZE": "4", "PMIX_RANK": "5",
        ]
        #expect(place(variables) == [5, 8])
        #expect(LaunchEnvironment(variables)?.launcher == "Open MPI's mpirun")
    }

    @Test func openMPI_whoseDaemonsSrunStarted_hidesSlurm() {
        let variables = [
            "OMPI_COMM_WORLD_RANK": "5", "OMPI_COMM_WORLD_SIZE": "8", "SLURM_STEP_ID": "0", "SLURM_PROCID": "1",
            "SLURM_STEP_NUM_TASKS": "2",
        ]
        #expect(place(variables) == [5, 8])
    }

    /// `mpirun -n 1 A : -n 2 B`.
    @Test func openMPI_withTwoCommandLines_knowsTheFirstRankOfEach() throws {
        let firsts = try (0..<3).map { rank in
            let variables = [
                "OMPI_COMM_WORLD_RANK": "\(rank)", "OMPI_COMM_WORLD_SIZE": "3", "OMPI_APP_CTX_NUM_PROCS": "1 2",
            ]
            return try #require(LaunchEnvironment(variables)).isFirstOfCommandLine
        }
        #expect(firsts == [true, true, false])
    }

    @Test func launcher_thatSaysNothingOfCommandLines_hasOne() throws {
        for (rank, isFirst) in [("0", true), ("1", false)] {
            #expect(try #require(LaunchEnvironment(["PMI_RANK": rank])).isFirstOfCommandLine == isFirst)
        }
    }

    @Test func mpich_isRead() {
        let variables = ["PMI_RANK": "2", "PMI_SIZE": "3", "MPI_LOCALRANKID": "0", "MPI_LOCALNRANKS": "1"]
        #expect(place(variables) == [2, 3])
    }

    @Test func mvapich_isRead() {
        let variables = [
            "MV2_COMM_WORLD_RANK": "2", "MV2_COMM_WORLD_SIZE": "3", "MV2_COMM_WORLD_LOCAL_RANK": "1",
            "MV2_COMM_WORLD_LOCAL_SIZE": "2",
        ]
        #expect(place(variables) == [2, 3])
    }

    @Test func flux_isRead() {
        let variables = [
            "FLUX_TASK_RANK": "1", "FLUX_JOB_SIZE": "4", "FLUX_TASK_LOCAL_ID": "1", "FLUX_JOB_NNODES": "2",
        ]
        #expect(place(variables) == [1, 4])
    }

    @Test func pals_isRead() {
        let variables = [
            "PALS_RANKID": "6", "PALS_LOCAL_RANKID": "2", "PMI_RANK": "6", "PMI_SIZE": "8", "PMI_LOCAL_SIZE": "4",
        ]
        #expect(place(variables) == [6, 8])
    }

    @Test func pmixAlone_saysTheRankOnly() {
        #expect(place(["PMIX_RANK": "1", "PMIX_NAMESPACE": "job"]) == [1, nil])
    }

    @Test func slurmStep_isRead() {
        let variables = [
            "SLURM_STEP_ID": "0", "SLURM_PROCID": "6", "SLURM_NTASKS": "16", "SLURM_STEP_NUM_TASKS": "7",
            "SLURM_LOCALID": "0", "SLURM_NODEID": "3", "SLURM_STEP_TASKS_PER_NODE": "2(x3),1", "PMIX_RANK": "6",
        ]
        #expect(place(variables) == [6, 7])
    }

    @Test func slurmStep_withoutItsOwnCount_usesTheJobs() {
        #expect(place(["SLURM_STEP_ID": "1", "SLURM_PROCID": "0", "SLURM_NTASKS": "2"]) == [0, 2])
    }

    /// Nothing, and the numbers of the batch script and the interactive shell in slurm.h.
    @Test(arguments: [nil, "4294967291", "4294967290"])
    func slurmShell_thatSrunDidNotStart_isNoLaunch(step: String?) {
        var variables = ["SLURM_JOB_ID": "17", "SLURM_PROCID": "0", "SLURM_NTASKS": "16", "SLURM_NODEID": "0"]
        variables["SLURM_STEP_ID"] = step
        #expect(place(variables) == nil)
    }

    @Test func numbers_damaged_areNoLaunch() {
        #expect(place(["OMPI_COMM_WORLD_RANK": "one", "OMPI_COMM_WORLD_SIZE": "2"]) == nil)
        #expect(place(["PMI_RANK": "0", "PMI_SIZE": ""]) == [0, nil])
    }
}
