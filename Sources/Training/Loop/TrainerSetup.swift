public import Communication
import DataParallel
import Datasets
import Foundation
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
    let training: ImageDataset
    let validation: ImageDataset
    let plan: EpochPlan
    let schedule: LearningRateSchedule
    let totalSteps: Int
    let replica: Replica
    let averager: GradientAverager
    let optimizer: SGD
    let clock: PhaseClock
    let checkpoints: CheckpointKeeper
    let reporter: RunReporter
    let position: TrainingPosition

    /// Collective: all ranks must reach this.
    /// - Throws: ``SettledFailure`` or ``DisagreementError`` on all ranks alike.
    public init(
        _ experiment: Experiment, _ options: TrainingOptions, over communicator: any Communicator, logger: Logger,
        console: Console?
    ) throws {
        self.experiment = experiment
        self.communicator = communicator
        clock = PhaseClock()
        func settle<Value>(_ body: () throws -> Value) throws -> Value {
            try Settlement.settle(over: communicator, exitCode: ExitCode.of, body)
        }

        try Agreement.check(
            [("version of Apus", Version.current), ("configuration", experiment.agreementText)], over: communicator)
        (training, validation) = try settle { try Self.load(experiment.dataset) }
        try Agreement.check([("dataset", training.digest), ("validation data", validation.digest)], over: communicator)
        for notice in training.notices + validation.notices { logger.notice("\(notice)") }

        let numbers = try settle { try StepNumbers(experiment, sampleCount: training.count, size: communicator.size) }
        (plan, schedule, totalSteps) = (numbers.plan, numbers.schedule, numbers.totalSteps)
        let model = try settle { [training] in
            try experiment.makeModel(inputShape: Shape(training.sampleShape), classes: training.classNames.count)
        }
        try Agreement.check([("model", model.summary)], over: communicator)

        let threads = try options.threads ?? ThreadBudget.threadsPerRank(over: communicator)
        averager = GradientAverager(model: model, communicator: communicator)
        replica = try settle { [averager, training] in
            let largestSlice = (numbers.globalBatchSize + communicator.size - 1) / communicator.size
            return try Replica(
                model, gradients: averager.gradients,
                largestBatch: min(training.count, max(largestSlice, EvaluationPlan.blockSize)), threadCount: threads)
        }
        optimizer = SGD(experiment.optimizer, parameterCount: replica.values.count)

        let start = try RunStart(
            experiment, options, model: model, training: training, numbers: numbers, threads: threads,
            communicator: communicator)
        let opened = try settle { [replica, optimizer] in
            try OpenedRun.open(start, replica: replica, optimizer: optimizer, logger: logger)
        }
        position = try Self.share(opened.position, replica, optimizer, over: communicator)
        checkpoints = CheckpointKeeper(
            CheckpointWriter(model: model, values: replica.values, optimizer: optimizer, experiment: experiment),
            directory: opened.directory, resumedFrom: opened.checkpoint)
        reporter = RunReporter(
            start: start.record, totalSteps: totalSteps, epochs: numbers.epochs, stepsPerEpoch: plan.stepsPerEpoch,
            logEverySteps: experiment.logging.everySteps, logger: logger, console: console, log: opened.log,
            directory: opened.directory)
        start.explain(to: logger, samples: training.count)
    }

    private static func load(_ settings: Experiment.Dataset) throws -> (ImageDataset, ImageDataset) {
        (
            try FashionMNIST.load(path: settings.path, split: .train, limit: settings.limit),
            try FashionMNIST.load(path: settings.path, split: .test)
        )
    }

    /// Gives all ranks what rank 0 has: parameters, optimizer state and position.
    private static func share(
        _ position: TrainingPosition, _ replica: Replica, _ optimizer: SGD, over communicator: any Communicator
    ) throws -> TrainingPosition {
        // Collective: all ranks must reach these.
        try communicator.broadcast(replica.values.elements, root: 0)
        for state in optimizer.state { try communicator.broadcast(state.storage.elements, root: 0) }
        let texts = try communicator.allGather(String(decoding: JSONEncoder().encode(position), as: UTF8.self))
        return try JSONDecoder().decode(TrainingPosition.self, from: Data(texts[0].utf8))
    }
}
