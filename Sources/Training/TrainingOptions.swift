/// What is not part of the experiment: where to write, from where to go on, and how much of the machine to use.
public struct TrainingOptions: Sendable {
    /// Where a training starts.
    public enum Resume: Equatable, Sendable {
        /// At the beginning, in a new run directory.
        case none

        /// At the newest good checkpoint of the run directory; at the beginning if it has none. Without a run directory, that of
        /// the experiment's newest run that has a checkpoint.
        case auto

        /// At this checkpoint, in a new run directory.
        case file(String)
    }

    /// The run directory; nil for a new one under `runs/<name>`.
    public var runDirectory: String?

    /// Where to start.
    public var resume = Resume.none

    /// Threads per rank; nil to divide the cores among the ranks.
    public var threads: Int?

    /// The command line, for the manifest.
    public var commandLine: [String] = []

    /// The MPI library's version, for the manifest; nil without MPI.
    public var mpiVersion: String?

    /// Whether `precision: bfloat16` is computed by float32 kernels on rounded numbers, on any processor; for tests and experiments.
    public var emulatesBFloat16 = false

    /// What is to go wrong, for tests.
    public var fault: Fault?

    /// Whether there is a run directory at all; a benchmark has none.
    var writesRun = true

    /// All defaults.
    public init() {}
}
