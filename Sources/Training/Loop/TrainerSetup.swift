public import Communication
import DataParallel
import Datasets
public import Logging
import NeuralNetwork
import Optimization
public import Reports
import TensorCore

/// Brings all ranks to the first step, or all to the same clear end before it.
///
/// Whatever can fail on a rank by itself is settled among all before the next part, so no rank ever waits for one that has left.
public struct TrainerSetup {
    let communicator: any Communicator
    let experiment: Experiment
    let inputs: AgreedInputs
    let replica: Replica
    let averager: GradientAverager
    let optimizer: any Optimizer
    let clock: PhaseClock
    let checkpoints: CheckpointKeeper
    let reporter: RunReporter
    let position: TrainingPosition
    let fault: Fault?

    /// Collective: all ranks must reach this.
    /// - Throws: ``SettledFailure`` or ``DisagreementError`` on all ranks alike.
    public init(
        _ experiment: Experiment, _ options: TrainingOptions, over communicator: any Communicator, logger: Logger,
        console: Console?
    ) throws {
        self.experiment = experiment
        fault = options.fault
        self.communicator = communicator
        clock = PhaseClock(board: communicator.waitPolicy.board)
        inputs = try AgreedInputs(experiment, over: communicator)
        try NumericEnvironment.current.compare(over: communicator, for: experiment, logger)
        for notice in inputs.training.notices + inputs.validation.notices { logger.notice("\(notice)") }
        let precision = try Self.choosePrecision(experiment, options, communicator, logger)
        // Asked for in any case: all ranks must reach it, and only some may have been given --threads.
        let budget = try ThreadBudget.threadsPerRank(over: communicator)
        let threads = options.threads ?? budget
        let plan = ComputePlan(
            experiment, inputs.model, threads: threads, rank: communicator.rank, size: communicator.size,
            precision: precision)
        averager = try AveragerSetup(inputs, experiment, plan, over: communicator, logger).makeAverager()
        replica = try Self.makeReplica(inputs, experiment, averager, plan, communicator)
        optimizer = try Settlement.settle(over: communicator, exitCode: ExitStatus.of) { [replica] in
            try experiment.optimizer.makeOptimizer(for: replica.model, parameterCount: replica.values.count)
        }
        let start = try RunStart(
            experiment, options, inputs, threads: threads, precision: precision,
            sharedMemory: averager.sharesMemory, over: communicator)
        let opened = try Settlement.settle(over: communicator, atRoot: true, exitCode: ExitStatus.of) {
            [replica, optimizer] in
            try OpenedRun.open(start, replica: replica, optimizer: optimizer, logger: logger)
        }
        position = try Self.share(opened.position, replica, optimizer, over: communicator)
        checkpoints = CheckpointKeeper(
            CheckpointWriter(
                model: inputs.model, values: replica.values, buffers: replica.buffers, optimizer: optimizer,
                experiment: experiment),
            directory: opened.directory, resumedFrom: opened.checkpoint,
            heldStep: try Self.heldStep(
                options, position, totalSteps: inputs.numbers.totalSteps, over: communicator))
        reporter = RunReporter(
            start: start, logger: logger, console: console, log: opened.log, directory: opened.directory)
        start.explain(to: logger, averager, opened.directory)
    }

    /// Who lets gradients travel during the backward pass, where they do.
    var observer: BackwardObserver? {
        guard averager.overlaps, replica.team.count == 1 else { return nil }
        return BackwardObserver(
            whenFinal: { [averager] in try averager.parameterIsFinal($0) },
            betweenOperations: { [averager] in try averager.progress() })
    }

    /// What products are computed from, which all ranks must be able to. Collective: all ranks must reach this.
    private static func choosePrecision(
        _ experiment: Experiment, _ options: TrainingOptions, _ communicator: any Communicator, _ logger: Logger
    ) throws -> ComputePrecision {
        let support = try BFloat16Support(emulated: options.emulatesBFloat16, over: communicator)
        let precision = try Settlement.settle(over: communicator, exitCode: ExitStatus.of) {
            try support.choose(experiment.precision, origin: "experiment '\(experiment.name)'")
        }
        if let notice = support.notice(experiment.precision) { logger.notice("\(notice)") }
        return precision
    }

    /// The step whose checkpoint is there already, and will not change: without the validation that belongs to it, it will. Rank 0 has
    /// the run directory, so it is rank 0's options that count: a rank that was told otherwise must not believe in another end.
    private static func heldStep(
        _ options: TrainingOptions, _ position: TrainingPosition, totalSteps: Int, over communicator: any Communicator
    ) throws -> Int? {
        let isInside = position.stepInEpoch < position.order.stepsPerEpoch && position.step < totalSteps
        let isHeld = options.resume == .auto && position.step > 0 && (isInside || position.isValidated)
        let own = isHeld ? Int64(position.step) : -1
        // Collective: all ranks must reach this.
        let rootStep = try communicator.allGather([own])[0][0]
        return rootStep < 0 ? nil : Int(rootStep)
    }

    private static func makeReplica(
        _ inputs: AgreedInputs, _ experiment: Experiment, _ averager: GradientAverager, _ plan: ComputePlan,
        _ communicator: any Communicator
    ) throws -> Replica {
        let reducer =
            experiment.dataParallel.exchangesStatistics(inputs.model) ? averager.statisticsReducer() : nil
        return try Settlement.settle(over: communicator, exitCode: ExitStatus.of) {
            try plan.requireSeveralValues(
                in: inputs.model, stepsOf: inputs.numbers.largestStep, experiment.dataParallel)
            return try Replica(
                inputs.model, loss: experiment.loss.name, plan, targets: averager.targets,
                largestPass: plan.largestPass(of: inputs.numbers.largestStep), statisticsReducer: reducer)
        }
    }

    /// Gives all ranks what rank 0 has: parameters, buffers, optimizer state and position.
    private static func share(
        _ position: TrainingPosition, _ replica: Replica, _ optimizer: any Optimizer,
        over communicator: any Communicator
    ) throws -> TrainingPosition {
        // Collective: all ranks must reach these.
        try communicator.broadcast(replica.values.elements, root: 0)
        try communicator.broadcast(replica.buffers.elements, root: 0)
        for state in optimizer.state { try communicator.broadcast(state.storage.elements, root: 0) }
        let texts = try communicator.allGather(position.json())
        return try TrainingPosition(json: texts[0])
    }
}
