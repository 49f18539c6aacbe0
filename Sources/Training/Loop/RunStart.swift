import Communication
import DataParallel
import Datasets
import Foundation
import Logging
import NeuralNetwork
import Optimization
import Reports
import TensorCore

/// All that is known when a run begins, for its records and for the log.
struct RunStart {
    let experiment: Experiment
    let options: TrainingOptions
    let numbers: StepNumbers
    let samples: Int
    let isRoot: Bool
    let record: StartRecord
    let manifest: Manifest

    /// Collective: all ranks must reach this.
    init(
        _ experiment: Experiment, _ options: TrainingOptions, _ inputs: AgreedInputs, threads: Int,
        precision: ComputePrecision, sharedMemory: Bool, over communicator: any Communicator
    ) throws {
        self.experiment = experiment
        self.options = options
        numbers = inputs.numbers
        samples = inputs.training.count
        isRoot = communicator.rank == 0
        let environment = NumericEnvironment.current
        let versions = Versions(
            apus: Version.current, oneDNN: environment.oneDNN, mpi: options.mpiVersion,
            cLibrary: environment.cLibrary, swift: Machine.swiftVersion)
        record = StartRecord(
            worldSize: communicator.size, threads: threads, globalBatchSize: numbers.globalBatchSize,
            requestedLearningRate: experiment.optimizer.learningRate, learningRate: numbers.scaledLearningRate,
            parameterCount: inputs.model.parameterCount, dataset: inputs.training.name, seed: experiment.seed,
            precision: precision.rawValue, sharedMemory: sharedMemory, versions: versions)
        manifest = Manifest(
            versions: versions, program: environment.program, cpuModel: environment.cpuModel,
            instructionSet: environment.instructionSet, precision: precision.rawValue,
            hosts: try communicator.allGather(Machine.hostName), worldSize: communicator.size,
            threads: try communicator.allGather([Int64(threads)]).map { Int($0[0]) },
            globalBatchSize: numbers.globalBatchSize, datasetDigest: inputs.training.digest,
            parameterCount: inputs.model.parameterCount, commandLine: options.commandLine, startTime: Date())
    }

    /// Says in words what is about to happen, with the gradients averaged by `averager`.
    func explain(to logger: Logger, _ averager: GradientAverager, _ directory: RunDirectory?) {
        let optimizer = experiment.optimizer
        let perStep = numbers.largestStep
        if numbers.globalBatchSize > perStep {
            logger.warning(
                "A step was to have \(numbers.globalBatchSize) samples, but there are \(perStep): each epoch is one step of all."
            )
        }
        let what = "\(experiment.name): \(record.parameterCount) parameters, \(samples) samples of \(record.dataset)"
        logger.info(
            "\(what), \(counted(record.worldSize, "rank")) with \(counted(record.threads, "thread"))\(record.worldSize == 1 ? "" : " each")."
        )
        if record.precision != ComputePrecision.float32.rawValue {
            logger.info("Products are of \(record.precision) numbers; everything else is float32.")
        }
        let rate = optimizer.scaling.explanation(
            optimizer.learningRate, referenceBatchSize: optimizer.referenceBatchSize, globalBatchSize: perStep)
        logger.info("\(rate)")
        if let directory { logger.info("The run directory is \(directory.path).") }
        guard record.worldSize > 1 else { return }
        let bytes = averager.bytesPerStep
        logger.info(
            averager.sharesMemory
                ? "Gradients are added in memory that the ranks share; each rank sends \(bytes) bytes a step."
                : "Each rank sends \(bytes) bytes a step, gradients as \(experiment.dataParallel.wire.rawValue).")
    }
}
