import Datasets
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@testable import Training

@Suite struct SlicePiecesTests {
    private func pieces(_ description: LayerDescription, inputShape: Shape = [28, 28, 1]) throws -> SlicePieces {
        SlicePieces(try NeuralNetwork.Model(inputShape: inputShape, description))
    }

    @Test func pieces_ofAConvolutionalModel_followFromItsActivations() throws {
        #expect(try pieces(.leNet(classes: 10)).largest == 34)
        #expect(try pieces(.convolutionalNetwork(classes: 10)).largest == 32)
        // 2 · 2 · 2 + 8 + 3 outputs a sample.
        let little = LayerDescription.sequential([.conv2d(2, kernel: 1), .flatten, .linear(3)])
        #expect(try pieces(little, inputShape: [2, 2, 1]).largest == (1 << 19) / 19)
    }

    /// Matrix products only lose by it, and statistics are those of a whole slice.
    @Test func pieces_withoutConvolutionOrWithBatchNormalisation_areWholeSlices() throws {
        let plain = try pieces(.multilayerPerceptron(widths: [2048], classes: 10))
        let normalised = try pieces(.sequential([.conv2d(32, kernel: 3), .batchNorm, .flatten, .linear(10)]))
        for pieces in [plain, normalised] {
            #expect(pieces.largest == nil)
            #expect([1, 256, 1 << 20].allSatisfy { pieces.count(of: $0) == 1 && pieces.largestPass(of: $0) == $0 })
        }
    }

    @Test func count_ofAnySlice_isTheLeastThatKeepsPiecesSmall() {
        let pieces = SlicePieces(largest: 32)
        #expect([1, 31, 32, 33, 64, 65, 256].map(pieces.count(of:)) == [1, 1, 1, 2, 2, 3, 8])
        #expect(pieces.largestPass(of: 100) == 100)
        #expect(pieces.largestPass(of: 100_000) == EvaluationPlan.blockSize)
        #expect(SlicePieces(largest: 1000).largestPass(of: 100_000) == 1000)
    }

    /// The order of additions in Float is all that differs.
    @Test(arguments: [1, 7, 49, 50])
    func gradients_computedInPieces_areThoseOfTheWholeSlice(largest: Int) throws {
        let folder = try TemporaryFolder()
        let dataset = try FashionMNIST.load(path: folder.writeDataset(), split: .train)
        let whole = try gradients(of: dataset, SlicePieces(largest: nil))
        let cut = try gradients(of: dataset, SlicePieces(largest: largest))
        #expect(whole.correct == cut.correct && abs(whole.loss - cut.loss) <= 1e-5 * whole.loss)
        let greatest = whole.gradients.map { abs($0) }.max() ?? 0
        let difference = zip(whole.gradients, cut.gradients).map { abs($0 - $1) }.max() ?? .infinity
        #expect(greatest > 0 && difference <= 1e-5 * greatest, "\(difference) of \(greatest)")
    }

    private func gradients(
        of dataset: ImageDataset, _ pieces: SlicePieces
    ) throws -> (loss: Double, correct: Int, gradients: [Float]) {
        let model = try NeuralNetwork.Model(inputShape: [28, 28, 1], .leNet(classes: 10))
        let gradients = FlatStorage(count: model.storageCount)
        // What stands here is no gradient of this step.
        gradients.elements.update(repeating: 1)
        let target = GradientTarget(
            gradients: gradients, statistics: BatchStatistics(model, pieceCount: 1), piece: 0)
        let replica = try Replica(
            model, loss: .crossEntropy, ComputePlan(threads: 1, pieces: pieces), targets: [target], largestPass: 50)
        model.initialize(replica.values, seed: 3)
        let result = try (0..<50).map(Int32.init).withUnsafeBufferPointer {
            try replica.computeGradients(
                Samples(seed: 0, step: 0, indices: $0), of: dataset, clock: PhaseClock())
        }
        return (result.loss, result.correct, model.parameters.flatMap { Array(gradients[$0.range]) })
    }
}
