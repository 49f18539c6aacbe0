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
