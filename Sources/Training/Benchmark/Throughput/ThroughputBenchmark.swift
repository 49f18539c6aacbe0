public import Communication

/// Measures a rank's real training steps beside the kernel limit of its model, pair by pair, on one or several numbers of threads
/// in turn.
public struct ThroughputBenchmark {
    private let subjects: [ThroughputSubject]
    private let name: String

    /// Prepares trainings of `experiment` without a run directory, one for each number of threads; a repeat will last about
    /// `seconds`.
    /// - Throws: what setting up a training throws.
    public init(_ experiment: Experiment, threads: [Int], seconds: Double, over communicator: any Communicator) throws {
        name = experiment.name
        let baseBytes = PeakMemory.bytesNow
        subjects = try threads.map {
            try ThroughputSubject(
                experiment, threads: $0, seconds: seconds, baseBytes: baseBytes, over: communicator)
        }
    }

    /// Runs `repeats` pairs on each number of threads; one result for each.
    /// - Throws: ``OneDNNError``.
    public func measure(repeats: Int) throws -> [ThroughputResult] {
        guard let first = subjects.min(by: { $0.threads < $1.threads }) else { return [] }
        let watch = CoreWatch()
        for _ in 0..<repeats {
            for subject in subjects { try subject.measurePair() }
        }
        let use = watch.use
        return try subjects.map {
            let conditions = MeasuringConditions(use, spread: $0.rates.pairwise(over: $0.limits).middleSpread)
            return try $0.result(name, conditions, fewestThreads: first)
        }
    }
}
