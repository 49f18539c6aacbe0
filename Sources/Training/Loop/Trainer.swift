import Communication
import DataParallel
import Datasets
import NeuralNetwork
import Optimization
import TensorCore

/// The training loop of one rank. All ranks run it side by side and meet in every step.
public final class Trainer {
    let communicator: any Communicator
    let experiment: Experiment
    let training: ImageDataset
    let plan: EpochPlan
    let largestStep: Int
    let schedule: LearningRateSchedule
    let totalSteps: Int
    let replica: Replica
    let averager: GradientAverager
    let optimizer: any Optimizer
    let clock: PhaseClock

    private let permutation: EpochPermutation
    private let evaluator: Evaluator
    let checkpoints: CheckpointKeeper
    var reporter: RunReporter
    var position: TrainingPosition
    let fault: Fault?
    var faultMetInStep = 0
    private let observer: BackwardObserver?
    private let signals = PendingSignals()
    private var stopRequested = false
    /// Whether a checkpoint was asked for in the last step of an epoch, whose end writes its own.
    private var isPrompted = false
    private var arrivals: ArrivalTimes
    /// The time of the rank's own work up to the last arrival.
    private var ownSecondsBefore = 0.0
    /// The schedule's, of this step.
    private var learningRate: Float = 0
    private lazy var stepParameters: (Range<Int>) -> Void = { [unowned self] range in
        optimizer.step(
            parameters: replica.values.elements, gradients: UnsafeBufferPointer(averager.averaged.elements),
            range: range, learningRate: learningRate, stepsDone: position.stepsTaken)
    }
    /// After this step the replicas are known to have been equal.
    var replicasEqualAtStep: Int

    /// The loop for what was set up.
    public init(_ setup: TrainerSetup) {
        communicator = setup.communicator
        experiment = setup.experiment
        training = setup.inputs.training
        plan = setup.inputs.numbers.plan
        largestStep = setup.inputs.numbers.largestStep
        schedule = setup.inputs.numbers.schedule
        totalSteps = setup.inputs.numbers.totalSteps
        replica = setup.replica
        averager = setup.averager
        optimizer = setup.optimizer
        clock = setup.clock
        permutation = EpochPermutation(count: setup.inputs.training.count, seed: setup.experiment.seed)
        evaluator = Evaluator(setup.inputs.validation)
        checkpoints = setup.checkpoints
        reporter = setup.reporter
        position = setup.position
        replicasEqualAtStep = setup.position.step
        fault = setup.fault
        observer = setup.observer
        arrivals = ArrivalTimes(rankCount: setup.communicator.size)
        prepareFault()
    }

    /// Trains to the end, or until somebody asks to stop.
    /// - Throws: ``SettledFailure`` and ``TrainingError`` on all ranks alike; ``FailureInStep`` for what only this rank knows of.
    public func run() throws -> TrainingOutcome {
        do {
            return try train()
        } catch {
            reporter.fail(position, arrivals)
            throw placed(error)
        }
    }

    /// What only this rank knows of is named with its place.
    private func placed(_ error: any Error) -> any Error {
        if error is SettledFailure || error is TrainingError { return error }
        // Its report says the place already.
        if case CommunicationError.stalled = error { return error }
        return FailureInStep(place: clock.place, underlying: error)
    }

    private func train() throws -> TrainingOutcome {
        try reporter.begin(clock)
        while !stopRequested {
            if position.stepInEpoch == plan.stepsPerEpoch {
                try finishEpoch()
            } else if position.step < totalSteps {
                permutation.prepare(epoch: position.epoch)
                try step()
            } else {
                break
            }
        }
        return try finish()
    }

    // One optimizer step: gradients of this rank's slice, their sum over all ranks, the same update everywhere.
    private func step() throws {
        clock.begin(step: position.step + 1)
        let samples = permutation[plan.samples(ofStep: position.stepInEpoch)]
        var control = try computeGradients(samples)

        clock.enter(.waiting)
        control.arrivalMilliseconds = arrivalMilliseconds()
        try averager.waitForAll()
        clock.enter(.communication)
        let block = try averager.average(
            control, losses: UnsafeBufferPointer(replica.unitLosses), sampleCount: samples.count)
        arrivals.add(block)

        clock.enter(.optimizer)
        try meetFault(.optimizer)
        try requireEqualReplicas(block)
        if try mayTakeStep(UnsafeBufferPointer(rebasing: samples[replica.places(of: samples.count)])) {
            try takeStep(samples.count)
        } else {
            position.skipStep()
        }
        stopRequested = block.stopRequested
        try saveIfDue(prompted: block.checkpointRequested)
    }

    // What a rank does after a step's reduction, such as rank 0's logging, delays its arrival at the next one.
    private func arrivalMilliseconds() -> Float {
        let ownSeconds = clock.times.ownSeconds
        defer { ownSecondsBefore = ownSeconds }
        return Float((ownSeconds - ownSecondsBefore) * 1000)
    }

    private func takeStep(_ sampleCount: Int) throws {
        let rate = schedule.rate(atStep: position.step)
        if let norm = experiment.training.clipNorm {
            // Ranks may wait for each other in it, which is no work of theirs.
            clock.enter(.communication)
            try averager.clip(toNorm: norm)
            clock.enter(.optimizer)
        }
        learningRate = Float(rate)
        replica.team.forEachPart(of: replica.parameterRange, stepParameters)
        replica.model.updateRunningStatistics(replica.buffers, from: averager.gatheredStatistics)

        clock.enter(.logging)
        let loss = averager.loss
        position.advance(loss: loss, correct: averager.gatheredControl.correct, samples: sampleCount)
        try reporter.step(position, samples: sampleCount, loss: loss, learningRate: rate, clock)
    }

    /// One step of the kind that ``run()`` takes, on and on through the epochs; returns the number of samples.
    func benchmarkStep() throws -> Int {
        if position.stepInEpoch == plan.stepsPerEpoch { position.finishEpoch() }
        permutation.prepare(epoch: position.epoch)
        let before = position.sums.samples
        try step()
        return position.sums.samples - before
    }

    /// The kernels of one step, all of its samples at once.
    func kernelLimit() throws -> KernelLimit {
        let samples = Samples(seed: experiment.seed, step: position.step, indices: permutation[0..<largestStep])
        return try replica.kernelLimit(samples, of: training)
    }

    private func computeGradients(_ samples: UnsafeBufferPointer<Int32>) throws -> StepControl {
        let signals = signals.take()
        var control = StepControl(stopRequested: signals.stop, checkpointRequested: signals.prompt)
        control.replicaHash = replicaHash()
        clock.enter(.data)
        try meetFault(.data)
        let result = try replica.computeGradients(
            Samples(seed: experiment.seed, step: position.step, indices: samples), of: training, clock: clock,
            observer: observer)
        control.loss = Float(result.loss)
        control.correct = Float(result.correct)
        try meetFault(.backward)
        return control
    }

    private func saveIfDue(prompted: Bool) throws {
        let interval = experiment.checkpoint.everySteps
        let isDue = interval.map { position.step.isMultiple(of: $0) } ?? false
        // The end of an epoch and the end of the training write their own.
        let isInside = position.stepInEpoch < plan.stepsPerEpoch && position.step < totalSteps && !stopRequested
        if isInside && (isDue || prompted) { try saveIfTaken() }
        isPrompted = prompted && !isInside
    }

    /// Closes the epoch, unless somebody asks to stop before it is validated: whoever goes on from there closes it.
    private func finishEpoch() throws {
        let sums = position.sums
        try validate()
        guard !stopRequested else { return }
        position.finishEpoch()
        try reporter.epoch(position, sums, clock)
        let interval = experiment.checkpoint.everyEpochs
        let isDue = interval.map { position.epoch.isMultiple(of: $0) } ?? false
        let isStepDue = experiment.checkpoint.everySteps.map { position.step.isMultiple(of: $0) } ?? false
        if isDue || isStepDue || isPrompted { try saveIfTaken() }
    }

    /// While steps are skipped the training may have diverged: nothing new is worth pushing out what was good.
    private func saveIfTaken() throws {
        if position.skippedInARow == 0 { try save() }
    }

    private func validate() throws {
        clock.enter(.validation)
        try meetFault(.validation)
        do {
            let result = try evaluator.evaluate(
                replica, over: communicator, isStopRequested: signals.isStopRequested)
            position.validation = .init(step: position.step, loss: result.loss, accuracy: result.accuracy)
        } catch is EvaluationStopped {
            // mpirun leaves two seconds between SIGTERM and SIGKILL, and the steps so far are worth more than this figure.
            stopRequested = true
        }
        clock.enter(.logging)
    }

    private func save() throws {
        clock.enter(.checkpoint)
        try meetFault(.checkpoint)
        try requireEqualReplicas()
        try checkpoints.save(position, over: communicator, reporter: reporter)
        clock.enter(.logging)
    }

    private func finish() throws -> TrainingOutcome {
        if position.step >= totalSteps && !position.isValidated && !stopRequested { try validate() }
        let isFinished = position.step >= totalSteps && position.isValidated
        if checkpoints.triedStep != position.step { try save() }
        if checkpoints.newestStep != position.step {
            // The exit code would say "finished", or "run me again from here", of a result that is nowhere.
            throw TrainingError.endedWithoutCheckpoint(step: position.step, checkpoint: checkpoints.newest)
        }
        let digest = try agreedDigest()
        try reporter.end(position, isFinished: isFinished, digest: digest, arrivals, clock)
        return TrainingOutcome(
            isFinished: isFinished, step: position.step, validationAccuracy: position.validation?.accuracy,
            parametersDigest: digest)
    }
}

/// How a training ended.
public struct TrainingOutcome: Equatable, Sendable {
    /// False if it was stopped on request before its end.
    public let isFinished: Bool

    /// Optimizer steps done.
    public let step: Int

    /// The last validation's accuracy, in `[0, 1]`.
    public let validationAccuracy: Double?

    /// SHA-256, in hex, of all parameters and buffers; the same on all ranks.
    public let parametersDigest: String
}
