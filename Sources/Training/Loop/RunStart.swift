import Communication
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
    let isRoot: Bool
    let record: StartRecord
    let manifest: Manifest

    /// Collective: all ranks must reach this.
    init(
        _ experiment: Experiment, _ options: TrainingOptions, model: NeuralNetwork.Model, training: ImageDataset,
        numbers: StepNumbers, threads: Int, communicator: any Communicator
    ) throws {
        self.experiment = experiment
        self.options = options
        self.numbers = numbers
        isRoot = communicator.rank == 0
        let versions = Versions(
            apus: Version.current, oneDNN: OneDNN.version, mpi: options.mpiVersion, cLibrary: Machine.cLibraryVersion,
            swift: Machine.swiftVersion)
        record = StartRecord(
            worldSize: communicator.size, threads: threads, globalBatchSize: numbers.globalBatchSize,
            requestedLearningRate: experiment.optimizer.learningRate, learningRate: numbers.scaledLearningRate,
            parameterCount: model.parameterCount, dataset: training.name, seed: experiment.seed, versions: versions)
        manifest = Manifest(
            versions: versions, cpuModel: Machine.cpuModel, instructionSet: OneDNN.instructionSet,
            hosts: try communicator.allGather(Machine.hostName), worldSize: communicator.size,
            threads: try communicator.allGather([Int64(threads)]).map { Int($0[0]) },
            globalBatchSize: numbers.globalBatchSize, datasetDigest: training.digest,
            parameterCount: model.parameterCount, commandLine: options.commandLine, startTime: Date())
    }

    /// Says in words what is about to happen.
    func explain(to logger: Logger, samples: Int) {
        let optimizer = experiment.optimizer
        let perStep = numbers.globalBatchSize
        logger.info(
            "\(experiment.name): \(record.parameterCount) parameters, \(samples) samples of \(record.dataset), "
                + "\(record.worldSize) rank(s) with \(record.threads) thread(s) each.")
        logger.info(
            "\(optimizer.scaling.explanation(optimizer.learningRate, referenceBatchSize: optimizer.referenceBatchSize, globalBatchSize: perStep))"
        )
    }
}
