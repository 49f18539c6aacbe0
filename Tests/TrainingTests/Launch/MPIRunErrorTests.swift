import Foundation
import Testing

@testable import Training

@Suite struct MPIRunErrorTests {
    @Test func sentence_ofARankThatFailed_isTheRanksOwn() {
        let said = """
            small.yaml: training.epochs: expected 1 or more, found 0.
            --------------------------------------------------------------------------
            Primary job  terminated normally, but 1 process returned
            a non-zero exit code. Per user-direction, the job has been aborted.
            --------------------------------------------------------------------------
            """
        #expect(MPIRunError.sentence(in: said) == "small.yaml: training.epochs: expected 1 or more, found 0.")
    }

    @Test func sentence_ofMpirunItself_isWhatStandsBetweenItsRules() {
        let said = """
            --------------------------------------------------------------------------
            There are not enough slots available in the system to satisfy the 9
            slots that were requested by the application:

              apus
            --------------------------------------------------------------------------
            """
        #expect(
            MPIRunError.sentence(in: said)
                == "There are not enough slots available in the system to satisfy the 9 slots that were requested by the application."
        )
    }

    /// What Open MPI says of fabrics, and what ranks warn of, has not ended the job.
    @Test func sentence_behindWarnings_isTheErrors() {
        let said = """
            --------------------------------------------------------------------------
            WARNING: There was an error initializing an OpenFabrics device.

              Local host: node1
            --------------------------------------------------------------------------
            [node1:4711] 1 more process has sent help message help-mpi-btl.txt / error in device init
            [rank 1] warning: Rank 1 has been in step 3, data, for 1.0 s.
            Rank 1: step 3, data: the dataset is gone.
            --------------------------------------------------------------------------
            MPI_ABORT was invoked on rank 1 in communicator MPI_COMM_WORLD
            with errorcode 1.
            --------------------------------------------------------------------------
            """
        #expect(MPIRunError.sentence(in: said) == "Rank 1: step 3, data: the dataset is gone.")
    }

    @Test func sentence_ofAWarningAlone_isThat() {
        #expect(MPIRunError.sentence(in: "warning: odd") == "warning: odd.")
    }

    @Test func sentence_ofSilence_saysSo() {
        #expect(MPIRunError.sentence(in: "\n---\n") == "it said nothing.")
    }

    @Test(arguments: [(2, 2), (3, 3), (1, 1), (137, 1), (75, 1)] as [(Int32, Int32)])
    func exitStatus_ofAJob_isThatOfWhatTheRanksWereGiven(code: Int32, status: Int32) {
        #expect(ExitStatus.of(MPIRunError.failed(exitCode: code, said: "", task: "")) == status)
    }

    @Test func description_ofAMissingMpirun_saysWhatToInstall() {
        #expect("\(MPIRunError.cannotStart(code: ENOENT))".hasPrefix("There is no mpirun on PATH; install Open MPI"))
    }
}
