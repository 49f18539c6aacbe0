import COpenMPI
public import Communication
import Foundation

/// MPI's life in this process: from initialisation to the end of the program's work.
public enum MPIRuntime {
    /// Initialises MPI, runs `body` with the ranks of the job, finalises MPI, and returns what `body` returned.
    ///
    /// Collective: all ranks must reach this. Once in a process, on the main thread. MPI is finalised only when `body` returns. When
    /// it throws, this rank has the error reported, with its number, and ends the whole job with `exitCode(error)`: the others may be
    /// waiting for it, and finalising would wait for them.
    ///
    /// Throws ``MPIStartError`` or ``MPIError`` when MPI cannot be started, before `body` runs. The corresponding C functions
    /// are `MPI_Init_thread`, `MPI_Finalize` and `MPI_Abort`.
    public static func run<Value>(
        exitCode: (any Error) -> Int32 = { _ in 1 }, launch: LaunchEnvironment? = LaunchEnvironment(),
        report: (String) -> Void = writeToStandardError,
        _ body: (MPICommunicator) throws -> Value
    ) throws -> Value {
        let world = try start(launch)
        do {
            let value = try body(world)
            try world.free()
            try check(MPI_Finalize(), "MPI_Finalize", rank: world.rank)
            return value
        } catch {
            // Whatever becomes of the report, this process ends.
            let code = failureCode(exitCode(error))
            endAnyway(code)
            fflush(nil)
            report(sentence(of: error, rank: world.rank))
            end(isAlone: launch == nil && world.size == 1, exitCode: code)
        }
    }

    /// The name and version of the MPI library in use, on one line. The corresponding C function is `MPI_Get_library_version`.
    public static var libraryVersion: String {
        var text = [CChar](repeating: 0, count: Int(MPI_MAX_LIBRARY_VERSION_STRING) + 1)
        var length: Int32 = 0
        guard MPI_Get_library_version(&text, &length) == MPI_SUCCESS else { return "unknown" }
        let lines = String(decoding: text.prefix(Int(length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        let first = lines.prefix { !$0.isNewline && $0 != "\0" }
        // MPICH separates with tabs.
        return first.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private static func start(_ launch: LaunchEnvironment?) throws -> MPICommunicator {
        guard Thread.isMainThread else { throw MPIStartError.notOnMainThread }
        if launch == nil { prepareForSingleProcess() }
        try initialise()
        try check(MPI_Comm_set_errhandler(apus_mpi_comm_world(), apus_mpi_errors_return()), "MPI_Comm_set_errhandler")
        var (rank, size): (Int32, Int32) = (0, 0)
        try check(MPI_Comm_rank(apus_mpi_comm_world(), &rank), "MPI_Comm_rank")
        try check(MPI_Comm_size(apus_mpi_comm_world(), &size), "MPI_Comm_size")
        if size == 1, let launch, let launched = launch.size, launched > 1 {
            try check(MPI_Finalize(), "MPI_Finalize")
            throw MPIStartError.aloneDespite(launch, library: libraryVersion)
        }
        return try MPICommunicator(rank: Int(rank), size: Int(size))
    }

    private static func initialise() throws {
        var isInitialised: Int32 = 0
        try check(MPI_Initialized(&isInitialised), "MPI_Initialized")
        guard isInitialised == 0 else { throw MPIStartError.alreadyInitialised }
        var provided: Int32 = 0
        let required = Int32(MPI_THREAD_FUNNELED)
        try check(MPI_Init_thread(nil, nil, required, &provided), "MPI_Init_thread")
        guard provided >= required else { throw MPIStartError.insufficientThreadLevel(provided: Int(provided)) }
    }

    /// Without a launcher Open MPI would start a daemon and probe the host's networks, for 0.4 s; this leaves 0.03 s.
    private static func prepareForSingleProcess() {
        setenv("OMPI_MCA_ess_singleton_isolated", "1", 0)
        setenv("OMPI_MCA_pml", "ob1", 0)
    }

    /// Writes `sentence` as a line to standard error; what that does not take is lost.
    public static func writeToStandardError(_ sentence: String) {
        let bytes = Array("\(sentence)\n".utf8)
        _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    private static func sentence(of error: any Error, rank: Int) -> String {
        let sentence = "\(error)"
        return sentence.hasPrefix("Rank \(rank) ") ? sentence : "Rank \(rank): \(sentence)"
    }

    /// A failure must never look like success to the launcher.
    private static func failureCode(_ code: Int32) -> Int32 {
        code == 0 ? 1 : code
    }

    /// Ends this process even if MPI_Abort does not return, because whoever should answer it cannot be reached.
    private static func endAnyway(_ code: Int32) {
        Thread.detachNewThread {
            sleep(5)
            _exit(code)
        }
    }

    /// Ends this process and, unless it is the whole job, all others.
    private static func end(isAlone: Bool, exitCode code: Int32) -> Never {
        // MPI_Abort adds seven lines about the other ranks to the error, which help no one where there are none.
        if !isAlone {
            // mpirun reads what ranks write and hears of an abort on different ways, and the sentence must not lose the race.
            usleep(100_000)
            MPI_Abort(apus_mpi_comm_world(), code)
        }
        exit(code)
    }
}
