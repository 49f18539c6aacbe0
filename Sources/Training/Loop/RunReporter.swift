import Communication
import DataParallel
import Datasets
import Logging
import Optimization
import Reports
import TensorCore

/// What a run tells: to people through the logger and the progress bar, to programs through `metrics.jsonl`. Only rank 0 has a
/// console and a run directory; on the other ranks nothing is written.
struct RunReporter {
    let start: RunStart
    let logger: Logger
    let console: Console?
    let log: RunLog?
    let directory: RunDirectory?

    private var window = Window()
    private var epochWindow = Window()
    private let startSeconds = monotonicSeconds()

    private var numbers: StepNumbers { start.numbers }

    /// What was done since a point in time.
    private struct Window {
        var samples = 0
        var times = PhaseTimes()
    }

    init(
        start: RunStart, logger: Logger, console: Console?, log: RunLog?, directory: RunDirectory?
    ) {
        self.start = start
        self.logger = logger
        self.console = console
        self.log = log
        self.directory = directory
    }

    mutating func begin(_ clock: PhaseClock) throws {
        try log?.append(.start(start.record))
        window.times = clock.times
        epochWindow.times = clock.times
    }

    /// Takes note of a step on `samples` samples; says so when due.
    mutating func step(
        _ position: TrainingPosition, samples: Int, loss: Double, learningRate: Double, _ clock: PhaseClock
    ) throws {
        window.samples += samples
        epochWindow.samples += samples
        guard log != nil else { return }
        showProgress(position, loss: loss, clock)
        guard position.step.isMultiple(of: start.experiment.logging.everySteps) else { return }
        let times = clock.times - window.times
        let record = StepRecord(
            step: position.step, epoch: position.epoch + 1, loss: loss, learningRate: learningRate,
            imagesPerSecond: times.rate(of: window.samples), seconds: times.stepSeconds)
        try log?.append(.step(record))
        if !(console?.showsBar ?? false) {
            logger.info("\(ConsoleLine.step(record, steps: numbers.totalSteps, epochs: numbers.epochs))")
        }
        window = Window(times: clock.times)
    }

    /// Reports the epoch that `position` has just left, with its sums.
    mutating func epoch(
        _ position: TrainingPosition, _ sums: TrainingPosition.EpochSums, _ clock: PhaseClock
    ) throws {
        let times = clock.times - epochWindow.times
        let record = EpochRecord(
            epoch: position.epoch, step: position.step, trainLoss: sums.meanLoss, trainAccuracy: sums.accuracy,
            validationLoss: position.validation?.loss, validationAccuracy: position.validation?.accuracy,
            seconds: times.loopSeconds, imagesPerSecond: times.rate(of: epochWindow.samples))
        epochWindow = Window(times: clock.times)
        try log?.append(.epoch(record))
        logger.info("\(ConsoleLine.epoch(record, epochs: numbers.epochs))")
    }

    /// Notes a step that is not finite, and says so if nobody else will. `position` is the one before the step.
    func nonFinite(_ what: NonFinite, _ position: TrainingPosition, isSkipped: Bool) throws {
        let step = position.step + 1
        try log?.append(
            .nonFinite(
                NonFiniteRecord(
                    step: step, place: what.subject, ranks: what.ranks, samples: what.samples, isSkipped: isSkipped)))
        if isSkipped && start.isRoot { warn("Step \(step) is skipped on all ranks: \(what.sentence).") }
    }

    func checkpoint(_ position: TrainingPosition, path: String?) throws {
        guard let path, let directory else { return }
        try log?.append(
            .checkpoint(
                CheckpointRecord(step: position.step, file: directory.checkpoint(step: position.step).relativePath)))
        logger.debug("Checkpoint of step \(position.step): \(path)")
    }

    func end(
        _ position: TrainingPosition, isFinished: Bool, digest: String, _ arrivals: ArrivalTimes, _ clock: PhaseClock
    ) throws {
        let record = EndRecord(
            status: isFinished ? .finished : .stopped, step: position.step, skippedSteps: position.skips?.total ?? 0,
            validationLoss: position.validation?.loss, validationAccuracy: position.validation?.accuracy,
            parametersDigest: digest, seconds: monotonicSeconds() - startSeconds,
            arrivalSeconds: arrivalSeconds(arrivals))
        try log?.append(.end(record))
        console?.clear()
        if start.isRoot, let straggler = arrivals.straggler(inSeconds: clock.times.loopSeconds) { warn("\(straggler)") }
        logger.info("\(ending(record))")
        if start.isRoot, let warning = position.warningOfSkips { warn(warning) }
    }

    /// Notes that the run ended by an error, which is reported by others; a log that cannot be written must not hide it.
    func fail(_ position: TrainingPosition, _ arrivals: ArrivalTimes) {
        console?.clear()
        let record = EndRecord(
            status: .failed, step: position.step, skippedSteps: position.skips?.total ?? 0, validationLoss: nil,
            validationAccuracy: nil, parametersDigest: nil, seconds: monotonicSeconds() - startSeconds,
            arrivalSeconds: arrivalSeconds(arrivals))
        try? log?.append(.end(record))
    }

    /// Of a rank alone there is nothing to compare.
    private func arrivalSeconds(_ arrivals: ArrivalTimes) -> [Double] {
        arrivals.seconds.count > 1 ? arrivals.seconds : []
    }

    func warn(_ message: String) {
        logger.warning("\(message)")
    }

    private func ending(_ record: EndRecord) -> String {
        guard record.status == .finished else {
            return "Stopped on request after step \(record.step), with a checkpoint. Resume with: "
                + "--resume auto --run-directory \(directory?.path ?? "DIRECTORY")"
        }
        let place = directory.map { " Everything about this run is in \($0.path)." } ?? ""
        return ConsoleLine.finished(record) + place
    }

    private func showProgress(_ position: TrainingPosition, loss: Double, _ clock: PhaseClock) {
        guard let console, console.showsBar else { return }
        let rate = (clock.times - epochWindow.times).rate(of: epochWindow.samples)
        let samplesLeft = Double((numbers.totalSteps - position.step) * numbers.globalBatchSize)
        console.show(
            EpochProgress(
                epoch: position.epoch + 1, epochs: numbers.epochs, step: position.stepInEpoch,
                steps: numbers.plan.stepsPerEpoch,
                loss: loss, imagesPerSecond: rate,
                remainingSeconds: rate.isFinite && rate > 0 ? samplesLeft / rate : nil),
            at: monotonicSeconds())
    }
}
