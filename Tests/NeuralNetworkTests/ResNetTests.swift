import TestSupport
import Testing

@testable import NeuralNetwork
@testable import TensorCore

@Suite struct ResNetTests {
    /// Nine convolutions and normalisations in Float against Double.
    private static let tolerance: Float = 1e-4

    @Test func resNet8_weightsOfPyTorch_giveItsLogitsGradientsAndStatistics() throws {
        let golden = try ResNet8Golden.load()
        let model = try Model(inputShape: [28, 28, 1], .resNet8(classes: 10))
        let (values, buffers) = (FlatStorage(count: model.storageCount), model.makeBuffers())
        let gradients = FlatStorage(count: model.storageCount)
        for parameter in model.parameters { try golden.fill(values[parameter.range], parameter.name, parameter.shape) }
        for buffer in model.buffers { try golden.fill(buffers[buffer.range], buffer.name, buffer.shape) }
        let tape = Tape(context: try ExecutionContext())
        let pass = ForwardPass(training: model, tape: tape, values: values, buffers: buffers, gradients: gradients)

        let images = ResNet8Golden.images(golden.batch)
        let logits = try model(tape.constant(images, shape: [golden.batch, 28, 28, 1]), pass)
        #expect(relativeDifference(logits.array, golden.trainingLogits) <= Self.tolerance)
        let labels = (0..<golden.batch).map { Int32($0 % 10) }
        let loss = try labels.withUnsafeBufferPointer {
            try logits.crossEntropy(Labels($0), reduction: .sumOver(golden.divisor))
        }
        #expect(relativeDifference([loss.scalar], [golden.loss]) <= Self.tolerance)

        try tape.backward(from: loss)
        for parameter in model.parameters {
            let expected = try #require(golden.gradients[parameter.name])
            let found = try golden.digest(gradients[parameter.range], parameter.name)
            // What is small beside the gradient is no more exact than the gradient.
            let allowed = 1e-3 * expected.norm
            #expect(abs(found.norm - expected.norm) <= allowed, "\(parameter.name)")
            #expect(abs(found.projection - expected.projection) <= allowed, "\(parameter.name)")
        }

        try model.updateRunningStatistics(buffers, from: #require(pass.target).statistics)
        for buffer in model.buffers {
            let expected = try #require(golden.runningStatistics[buffer.name])
            #expect(relativeDifference(Array(buffers[buffer.range]), expected) <= Self.tolerance, "\(buffer.name)")
        }
        let evaluation = ForwardPass(evaluating: model, tape: tape, values: values, buffers: buffers)
        evaluation.begin()
        let evaluated = try model(tape.constant(images, shape: [golden.batch, 28, 28, 1]), evaluation)
        #expect(relativeDifference(evaluated.array, golden.evaluationLogits) <= Self.tolerance)
    }

    @Test func resNet8_names_areThoseOfPyTorchInItsOrder() throws {
        let golden = try ResNet8Golden.load()
        let model = try Model(inputShape: [28, 28, 1], .resNet8(classes: 10))
        let names = golden.tensors.map(\.name)
        #expect(model.parameters.map(\.name) == names.filter { !$0.contains("running") })
        #expect(model.buffers.map(\.name) == names.filter { $0.contains("running") })
        #expect(model.parameterCount == 77_754)
    }

    @Test func resNet18_names_areThoseOfTorchvision() throws {
        let model = try Model(inputShape: [32, 32, 3], .resNet18(classes: 10))
        let names = model.parameters.map(\.name)
        #expect(names.count == 62 && model.buffers.count == 40)
        #expect(Array(names.prefix(4)) == ["conv1.weight", "bn1.weight", "bn1.bias", "layer1.0.conv1.weight"])
        #expect(
            Array(names[19..<25]) == [
                "layer2.0.bn2.weight", "layer2.0.bn2.bias", "layer2.0.downsample.0.weight",
                "layer2.0.downsample.1.weight", "layer2.0.downsample.1.bias", "layer2.1.conv1.weight",
            ])
        #expect(names.suffix(2) == ["fc.weight", "fc.bias"])
        #expect(model.buffers[39].name == "layer4.1.bn2.running_var")
        #expect(model.parameterCount == 11_173_962)
    }

    /// Where a stage halves height and width and doubles the channels, the work of a convolution of 3 × 3 stays the same, and is half
    /// where the channels come from the stage before.
    @Test func resNet18_outline_hasTheShapesAndTheWorkOfThePaper() throws {
        let model = try Model(inputShape: [32, 32, 3], .resNet18(classes: 10))
        // 2 · 32 · 32 · 64 · 64 · 9, half of it, and 2 · 16 · 16 · 128 · 64.
        let (whole, half, projection) = (75_497_472, 37_748_736, 4_194_304)
        func block(_ name: String, _ output: Shape, isFirst: Bool) -> [Row] {
            let main = [
                Row("\(name).conv1", "conv2d", output, isFirst ? half : whole),
                Row("\(name).bn1", "batchNorm", output), Row("\(name).relu", "relu", output),
                Row("\(name).conv2", "conv2d", output, whole), Row("\(name).bn2", "batchNorm", output),
            ]
            let shortcut = [
                Row("\(name).downsample.0", "conv2d", output, projection),
                Row("\(name).downsample.1", "batchNorm", output),
            ]
            let flops = isFirst ? 117_440_512 : 150_994_944
            return [Row(name, "basic block", output, flops)] + main + (isFirst ? shortcut : [])
        }
        let stem = [
            Row("conv1", "conv2d", [32, 32, 64], 3_538_944), Row("bn1", "batchNorm", [32, 32, 64]),
            Row("relu", "relu", [32, 32, 64]),
        ]
        let stages = [
            ("layer1", [32, 32, 64]), ("layer2", [16, 16, 128]), ("layer3", [8, 8, 256]), ("layer4", [4, 4, 512]),
        ].flatMap { (name: String, output: Shape) in
            block("\(name).0", output, isFirst: name != "layer1") + block("\(name).1", output, isFirst: false)
        }
        let head = [Row("avgpool", "globalAveragePool", [512]), Row("fc", "linear", [10], 10_240)]
        #expect(model.outline.map { Row($0.name, $0.kind, $0.output, $0.flops) } == stem + stages + head)
        #expect(model.flops == 1_110_845_440)
    }

    private struct Row: Equatable {
        let name, kind: String
        let output: Shape
        let flops: Int

        init(_ name: String, _ kind: String, _ output: Shape, _ flops: Int = 0) {
            (self.name, self.kind, self.output, self.flops) = (name, kind, output, flops)
        }
    }

    @Test func resNet18_forward_givesLogits() throws {
        let model = try Model(inputShape: [8, 8, 1], .resNet18(classes: 10))
        let values = FlatStorage(count: model.storageCount)
        model.initialize(values, seed: 1)
        let tape = Tape(context: try ExecutionContext())
        let pass = ForwardPass(evaluating: model, tape: tape, values: values, buffers: model.makeBuffers())
        let output = try model(tape.constant((0..<128).map { Float($0) / 128 }, shape: [2, 8, 8, 1]), pass)
        #expect(output.shape == [2, 10] && output.array.allSatisfy(\.isFinite))
        #expect(Set(output.array).count == 20)
    }

    @Test func resNet8_ofFeatures_isRefusedNamingTheLayer() {
        #expect {
            try Model(inputShape: [784], .resNet8(classes: 10))
        } throws: {
            "\($0)".hasPrefix("Layer '0' (conv2d)")
        }
    }

    /// The layout that the convolutions choose is kept from block to block, where they choose blocks at all.
    @Test func resNet8_betweenItsLayers_changesNoLayout() throws {
        let model = try Model(inputShape: [28, 28, 1], .resNet8(classes: 10))
        let (values, gradients) = (FlatStorage(count: model.storageCount), FlatStorage(count: model.storageCount))
        model.initialize(values, seed: 1)
        let tape = Tape(context: try ExecutionContext())
        let pass = ForwardPass(
            training: model, tape: tape, values: values, buffers: model.makeBuffers(), gradients: gradients)
        _ = try model(tape.constant(ResNet8Golden.images(2), shape: [2, 28, 28, 1]), pass)
        let names = tape.records.map(\.operation.name)
        #expect(names.filter { $0.contains("convolution") }.count == 9)
        #expect(names.filter { $0.contains("batch norm") }.count == 9)
        #expect(names.filter { $0.contains("add + relu") }.count == 3)
        let stem = tape.records[0].output
        guard stem.layout?.channelBlock != nil else { return }
        #expect(!names.contains("reorder"))
    }
}
