import Datasets
import Foundation
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@testable import Training

/// A replica minimises and evaluates the loss it was made with.
@Suite struct ReplicaLossTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Six images of two pixels, one class each.
    private func dataset() throws -> ImageDataset {
        let images = [
            0, 0, 8, 3, 0, 0, 0, 6, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255, 51, 102, 255, 0, 204, 204, 0, 0, 255, 255,
        ]
        let labels = [0, 0, 8, 1, 0, 0, 0, 6, 1, 0, 1, 1, 0, 0]
        func file(_ name: String, _ bytes: [UInt8]) throws -> IDXFile {
            try Data(bytes).write(to: URL(fileURLWithPath: folder.path + "/" + name))
            return try IDXFile(path: folder.path + "/" + name, cacheFolder: nil)
        }
        return try ImageDataset(
            name: "pairs", images: file("images", images.map(UInt8.init)),
            labels: file("labels", labels.map(UInt8.init)),
            classNames: ["no", "yes"])
    }

    /// The logits of the six, for the weights below: w·x + b with pixels in [0, 1].
    private static let (weights, bias): ([Float], Float) = ([2, -3], 0.5)
    private static let logits = [-2.5, 0.5 + 0.4 - 1.2, 2.5, 0.5 + 1.6 - 2.4, 0.5, -0.5]
    private static let labels = [1.0, 0, 1, 1, 0, 0]

    private func replica(_ loss: Loss, gradients: FlatStorage) throws -> Replica {
        let model = try NeuralNetwork.Model(inputShape: [1, 2, 1], layers: [.flatten, .linear(1)])
        let target = GradientTarget(
            gradients: gradients, statistics: BatchStatistics(model, pieceCount: 1), piece: 0)
        let replica = try Replica(model, loss: loss, ComputePlan(threads: 1), targets: [target], largestPass: 6)
        _ = replica.values[model.parameters[0].range].update(fromContentsOf: Self.weights)
        _ = replica.values[model.parameters[1].range].update(fromContentsOf: [Self.bias])
        return replica
    }

    @Test func binaryCrossEntropy_ofTwoClasses_countsLogitsByTheirSign() throws {
        let (dataset, gradients) = (try dataset(), FlatStorage(count: 32))
        let replica = try replica(.binaryCrossEntropy, gradients: gradients)
        let expected = zip(Self.logits, Self.labels).reduce(0.0) { $0 + log1p(exp($1.1 > 0 ? -$1.0 : $1.0)) }
        try (0..<6).map(Int32.init).withUnsafeBufferPointer {
            let result = try replica.evaluate($0, of: dataset)
            // Right are the samples 1, 2 and 5.
            #expect(abs(result.lossSum - expected) < 1e-6 && result.correct == 3)
            let step = try replica.computeGradients(
                Samples(seed: 0, step: 0, indices: $0), of: dataset, clock: PhaseClock())
            #expect(abs(step.loss - expected / 6) < 1e-6 && step.correct == 3)
        }
        // The bias sees Σ (p − t) / 6.
        let slope = zip(Self.logits, Self.labels).reduce(0.0) { $0 + 1 / (1 + exp(-$1.0)) - $1.1 } / 6
        #expect(abs(Double(gradients.base[replica.model.parameters[1].range.lowerBound]) - slope) < 1e-7)
    }

    @Test func meanSquaredError_ofLabels_comparesWithTheirNumbers() throws {
        let replica = try replica(.meanSquaredError, gradients: FlatStorage(count: 32))
        let expected = zip(Self.logits, Self.labels).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / 2 }
        let dataset = try dataset()
        try (0..<6).map(Int32.init).withUnsafeBufferPointer {
            let result = try replica.evaluate($0, of: dataset)
            #expect(abs(result.lossSum - expected) < 1e-5 && result.correct == 0)
        }
    }
}
