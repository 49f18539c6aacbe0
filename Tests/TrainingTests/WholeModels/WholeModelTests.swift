import SafeTensors
import TestSupport
import Testing

@testable import Training

/// Whole models beside PyTorch's, from weights in a file to five steps and back to a file.
@Suite struct WholeModelTests {
    /// PyTorch computed in Double. Relative for losses; absolute for logits, which are about 1.
    private static let tolerance: Float = 1e-4

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test(arguments: try ModelsGolden.load())
    func model_withPyTorchsWeights_givesItsLogitsAndLossesOfFiveSteps(_ golden: ModelsGolden.Run) throws {
        let run = try ModelRun(try experiment(golden), weights: golden.writeStateDict(in: folder))
        let images = { GoldenTensor.images(1000 + $0, batch: golden.batch) }
        expectLogits(try run.logits(images(0), batch: golden.batch), golden.firstLogits)
        for (step, expected) in golden.losses.enumerated() {
            let labels = (0..<golden.batch).map { Int32((7 * $0 + step) % 10) }
            let loss = try run.step(images(step), labels, number: step)
            #expect(abs(loss - expected) <= Self.tolerance * expected, "step \(step): \(loss), \(expected)")
        }
        expectLogits(try run.logits(images(0), batch: golden.batch), golden.lastLogits)
    }

    @Test(arguments: try ModelsGolden.load())
    func model_withPyTorchsWeights_exportsThemAsTheyCame(_ golden: ModelsGolden.Run) throws {
        let path = folder.path + "/exported.safetensors"
        try ModelRun(try experiment(golden), weights: golden.writeStateDict(in: folder)).export(to: path)
        let file = try SafeTensorsFile(path: path)
        #expect(file.entries.count { !$0.name.hasPrefix("optimizer.") } == golden.tensors.count)
        for (index, tensor) in golden.tensors.enumerated() {
            #expect(try file.entry(tensor.name).shape == tensor.shape)
            #expect(try file.floats(tensor.name) == tensor.elements(index), "\(tensor.name)")
        }
    }

    @Test func model_fromAFileThatPyTorchWrote_givesItsLogits() throws {
        let golden = try SmallNetworkGolden.load()
        let run = try ModelRun(smallNetwork(), weights: SmallNetworkGolden.weights)
        expectLogits(try run.logits(GoldenTensor.images(1000, batch: golden.batch), batch: golden.batch), golden.logits)
    }

    /// So that PyTorch reads from a file of Apus what it would from one of its own.
    @Test func model_fromAFileThatPyTorchWrote_exportsTheSameBytes() throws {
        let path = folder.path + "/exported.safetensors"
        try ModelRun(smallNetwork(), weights: SmallNetworkGolden.weights).export(to: path)
        let (theirs, ours) = (try SafeTensorsFile(path: SmallNetworkGolden.weights), try SafeTensorsFile(path: path))
        let names = theirs.entries.map(\.name).filter { $0 != "1.num_batches_tracked" }
        #expect(names == ours.entries.map(\.name) && names.count == 8)
        for name in names {
            #expect(try theirs.entry(name).dtype == ours.entry(name).dtype)
            #expect(try theirs.entry(name).shape == ours.entry(name).shape)
            #expect(try theirs.bytes(name) == ours.bytes(name), "\(name)")
        }
    }

    private func experiment(_ golden: ModelsGolden.Run) throws -> Experiment {
        var experiment = Experiment(name: golden.name)
        experiment.model.architecture = try golden.architecture
        experiment.optimizer.learningRate = golden.optimizer.learningRate
        experiment.optimizer.momentum = golden.optimizer.momentum
        experiment.optimizer.weightDecay = golden.optimizer.weightDecay
        return experiment
    }

    private func smallNetwork() -> Experiment {
        var experiment = Experiment(name: "small network")
        var convolution = Experiment.ConvolutionSettings(channels: 4, kernel: 3)
        convolution.padding = 1
        experiment.model.architecture = .layers([
            .conv2d(convolution), .plain(.batchNorm), .plain(.relu), .maxPool(.init(kernel: 4)), .plain(.flatten),
            .linear(.init(outputs: 10)),
        ])
        return experiment
    }

    private func expectLogits(
        _ logits: [Float], _ expected: [Float], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(logits.count == expected.count, sourceLocation: sourceLocation)
        let difference = zip(logits, expected).map { abs($0 - $1) }.max() ?? .nan
        #expect(difference <= Self.tolerance, sourceLocation: sourceLocation)
    }
}
