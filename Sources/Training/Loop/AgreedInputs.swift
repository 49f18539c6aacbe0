import Communication
import DataParallel
import Datasets
import NeuralNetwork
import TensorCore

/// What a training works with, made by every rank for itself and found to be the same on all.
struct AgreedInputs {
    let training: ImageDataset
    let validation: ImageDataset
    let numbers: StepNumbers
    let model: NeuralNetwork.Model

    /// Collective: all ranks must reach this.
    /// - Throws: ``SettledFailure`` or ``DisagreementError`` on all ranks alike.
    init(_ experiment: Experiment, over communicator: any Communicator) throws {
        try Agreement.check(
            [
                ("version of Apus", Version.current), ("configuration", experiment.agreementText),
                // Rank 0 alone reads it; but ranks that mean different weights were not meant to be one job.
                ("configuration", "model.weights: \(experiment.model.weights ?? "null")"),
            ], over: communicator)

        let (training, validation) = try Settlement.settle(over: communicator, exitCode: ExitStatus.of) {
            try Self.load(experiment.dataset)
        }
        try Agreement.check([("dataset", training.digest), ("validation data", validation.digest)], over: communicator)

        (numbers, model) = try Settlement.settle(over: communicator, exitCode: ExitStatus.of) {
            (
                try StepNumbers(experiment, sampleCount: training.count, size: communicator.size),
                try experiment.makeModel(inputShape: Shape(training.sampleShape), classes: training.classNames.count)
            )
        }
        try Agreement.check([("model", model.summary)], over: communicator)
        (self.training, self.validation) = (training, validation)
    }

    private static func load(_ settings: Experiment.DatasetSettings) throws -> (ImageDataset, ImageDataset) {
        (
            try FashionMNIST.load(path: settings.path, split: .train, limit: settings.limit),
            try FashionMNIST.load(path: settings.path, split: .test)
        )
    }
}
