import TestSupport
import Testing

@testable import NeuralNetwork
@testable import TensorCore

@Suite struct SequentialTests {
    private static let lists: [[LayerDescription]] = [
        [.linear(7), .relu],
        [.relu, .linear(7)],
        [.linear(7), .relu, .linear(5), .relu, .linear(3)],
        [.linear(7), .relu, .relu, .linear(3)],
        [.linear(7), .linear(3), .relu],
        [.linear(7), .sequential([.relu, .linear(3)]), .relu],
    ]

    private static let imageLists: [[LayerDescription]] = [
        [.conv2d(5, kernel: 3), .relu, .flatten],
        [.conv2d(16, kernel: 3, padding: 1), .relu, .maxPool(2), .flatten, .linear(3)],
        [.conv2d(3, kernel: 1), .maxPool(2), .relu, .relu, .flatten],
        [.conv2d(3, kernel: 1), .relu, .maxPool(3, stride: 1), .relu, .flatten],
        [.conv2d(4, kernel: 2), .maxPool(2), .relu, .flatten],
        [.conv2d(4, kernel: 2), .relu, .averagePool(2), .flatten],
    ]

    @Test(arguments: lists.indices)
    func sequential_withRectifiers_equalsItsLayersOneByOne(list: Int) throws {
        let parts = Self.lists[list]
        let fused = try result(of: .sequential(parts))
        let unfused = try result(of: .oneByOne(parts))
        #expect(fused.output == unfused.output)
        #expect(fused.gradients == unfused.gradients)
        #expect(unfused.gradients.contains { $0 != 0 })
    }

    @Test(arguments: imageLists.indices)
    func sequential_ofImagesWithRectifiers_equalsItsLayersOneByOne(list: Int) throws {
        let parts = Self.imageLists[list]
        let fused = try result(of: .sequential(parts), inputShape: [6, 6, 2])
        let unfused = try result(of: .oneByOne(parts), inputShape: [6, 6, 2])
        #expect(fused.output == unfused.output)
        #expect(fused.gradients == unfused.gradients)
    }

    /// A rectifier before or behind a max pooling becomes part of it, one behind a convolution part of that.
    @Test func sequential_ofImages_fusesEveryRectifierOnce() throws {
        let names = try Self.imageLists.map { parts in
            try result(of: .sequential(parts), inputShape: [6, 6, 2]).names.filter {
                $0.contains("relu") || $0.contains("convolution") || $0.contains("pooling")
            }
        }
        #expect(
            names == [
                ["convolution + relu"], ["convolution", "max pooling + relu"],
                ["convolution", "max pooling + relu", "relu"], ["convolution", "max pooling + relu", "relu"],
                ["convolution", "max pooling + relu"], ["convolution + relu", "average pooling"],
            ])
    }

    /// Without this the comparison above would compare a thing with itself.
    @Test func sequential_rectifierBehindALinearLayer_isOneOperation() throws {
        let parts = Self.lists[2]
        #expect(try result(of: .sequential(parts)).operationCount == 3 + Self.lossOperations)
        #expect(try result(of: .oneByOne(parts)).operationCount == 5 + Self.lossOperations)
    }

    @Test func sequential_fused_keepsItsLayersAsTheyWere() throws {
        let model = try Model(inputShape: [4], layers: [.linear(3), .relu])
        #expect(model.parameters.map(\.name) == ["0.weight", "0.bias"])
        let scope = ParameterScope(ParameterScope.Declarations())
        let layers = Sequential([Linear(4, 3, scope), ReLU()]).layers
        #expect(layers.count == 2 && (layers[0] as? Linear)?.relu == false && layers[1] is ReLU)
    }

    private static let lossOperations = 1

    private struct Outcome {
        let output: [Float]
        let gradients: [Float]
        let names: [String]

        var operationCount: Int { names.count }
    }

    private func result(of description: LayerDescription, inputShape: Shape = [4]) throws -> Outcome {
        let model = try Model(inputShape: inputShape, description)
        let (values, gradients) = (FlatStorage(count: model.storageCount), FlatStorage(count: model.storageCount))
        let random = CounterRandom(seed: 2, purpose: "values")
        for index in values.elements.indices { values.elements[index] = Float(random.uniform(UInt64(index)) - 0.5) }
        let tape = Tape(context: try ExecutionContext())
        let pass = ForwardPass(training: model, tape: tape, values: values, gradients: gradients)
        let input = (0..<9 * inputShape.count).map { Float(random.uniform(UInt64(1000 + $0)) * 2 - 1) }
        let output = try model(tape.constant(input, shape: inputShape.prefixed(by: 9)), pass)
        let labels = (0..<9).map { Int32($0 % model.outputShape[0]) }
        let loss = try labels.withUnsafeBufferPointer { try output.crossEntropy(Labels($0)) }
        let names = tape.records.map(\.operation.name)
        try tape.backward(from: loss)
        return Outcome(output: output.array, gradients: gradients.array, names: names)
    }
}

extension LayerDescription {
    /// What ``sequential(_:)`` makes, without fusing anything.
    fileprivate static func oneByOne(_ parts: [LayerDescription]) -> LayerDescription {
        struct Chain: Layer {
            let layers: [any Layer]
            func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor {
                try layers.reduce(input) { try $1($0, pass) }
            }
        }
        return LayerDescription("one by one") { input, scope in
            var (layers, shape): ([any Layer], Shape) = ([], input)
            for (position, part) in parts.enumerated() {
                let made = try part.make(shape, scope["\(position)"])
                layers.append(made.layer)
                shape = made.output
            }
            return (Chain(layers: layers), shape)
        }
    }
}
