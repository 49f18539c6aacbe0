/// Measures training steps on several numbers of ranks, each in a job of its own, the repeats in turn: 1, 2, 1, 2, ….
///
/// The measurement of a job comes from a closure, which starts it.
public struct ScalingBenchmark {
    /// Starts a job of some length and waits for what it measures.
    public typealias Runner = (ScalingJob, BenchmarkLength) throws -> ScalingMeasurement

    private let options: ScalingOptions
    private let config: String
    private let name: String
    private let batchSize: Int

    /// A benchmark of `experiment`, which was read from `config`. The batch of a step on one rank is that of one rank in weak
    /// scaling, and that of all in strong scaling.
    /// - Throws: ``ConfigurationError`` if no batch comes out.
    public init(_ experiment: Experiment, config: String, _ options: ScalingOptions) throws {
        self.options = options
        self.config = config
        name = experiment.name
        batchSize = try experiment.globalBatchSize(worldSize: 1)
    }

    /// Runs all jobs.
    /// - Throws: what `run` throws.
    public func measure(_ run: Runner) throws -> ScalingReport {
        let steps = try stepsThatFill(run)
        let jobs = self.jobs
        var series: [ScalingJob: ScalingSeries] = [:]
        var use = CoreUse()
        for _ in 0..<options.repeats {
            for job in jobs {
                let watch = CoreWatch()
                series[job, default: ScalingSeries()].append(try run(job, .steps(steps)))
                if !options.isOversubscribed(job.ranks) { use = use + watch.use }
            }
        }
        return report(series, use)
    }

    /// The jobs of all points, each once, in the order in which they take their turns.
    var jobs: [ScalingJob] {
        var jobs: [ScalingJob] = []
        for mode in options.modes {
            for ranks in options.ranks where !jobs.contains(job(mode, ranks)) { jobs.append(job(mode, ranks)) }
        }
        return jobs
    }

    /// On the fewest ranks. That job also brings the data into the caches.
    private func stepsThatFill(_ run: Runner) throws -> Int {
        try run(job(options.modes[0], fewestRanks), .seconds(options.seconds)).steps
    }

    private func job(_ mode: ScalingMode, _ ranks: Int) -> ScalingJob {
        ScalingJob(ranks: ranks, globalBatchSize: mode.globalBatchSize(ranks: ranks, batchSize: batchSize))
    }

    private var fewestRanks: Int { options.ranks.min() ?? 1 }

    private func report(_ series: [ScalingJob: ScalingSeries], _ use: CoreUse) -> ScalingReport {
        let places = options.modes.flatMap { mode in options.ranks.map { (mode, $0) } }
        func speedUps(_ mode: ScalingMode, _ ranks: Int) -> RepeatedFigure? {
            guard let own = series[job(mode, ranks)], let first = series[job(mode, fewestRanks)] else { return nil }
            return own.rates.pairwise(over: first.rates)
        }
        // A drifting clock is no sign of others, so speeds count only where there are no ratios.
        func spread(_ mode: ScalingMode, _ ranks: Int) -> Double? {
            options.ranks.count > 1
                ? speedUps(mode, ranks)?.middleSpread : series[job(mode, ranks)]?.rates.middleSpread
        }
        let judged = places.filter { !options.isOversubscribed($0.1) }
        let spread = judged.compactMap { spread($0.0, $0.1) }.max() ?? 0
        let conditions = judged.isEmpty ? .unwatched : MeasuringConditions(use, spread: spread)
        let points = places.compactMap { mode, ranks in
            series[job(mode, ranks)].flatMap {
                point(mode, ranks, $0, speedUp: speedUps(mode, ranks)?.median ?? 0, conditions)
            }
        }
        return ScalingReport(points: points, complaint: conditions.complaint)
    }

    private func point(
        _ mode: ScalingMode, _ ranks: Int, _ series: ScalingSeries, speedUp: Double, _ conditions: MeasuringConditions
    ) -> ScalingPoint? {
        guard let middle = series.middle else { return nil }
        return ScalingPoint(
            config: config, name: name, mode: mode, ranks: ranks, threads: options.threads,
            globalBatchSize: middle.globalBatchSize, wantedBatchSize: job(mode, ranks).globalBatchSize,
            steps: middle.steps, repeats: series.measurements.count,
            reproducible: middle.reproducible, overlap: middle.overlap, imagesPerSecond: series.rates.median,
            spread: series.rates.spread, speedUp: speedUp, efficiency: speedUp * Double(fewestRanks) / Double(ranks),
            bytesPerStep: middle.bytesPerStep, oversubscribed: options.isOversubscribed(ranks),
            coresWereFree: conditions.coresWereFree, parametersDigest: series.measurements[0].parametersDigest,
            digestsAgree: series.digestsAgree, seconds: middle.seconds)
    }
}
