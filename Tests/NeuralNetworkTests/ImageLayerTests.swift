import Testing

@testable import NeuralNetwork
@testable import TensorCore

@Suite struct ImageLayerTests {
    @Test func conv2d_inAModel_hasPyTorchsShapesAndBounds() throws {
        let model = try Model(inputShape: [9, 8, 3], .conv2d(7, kernel: 3, stride: 2, padding: 1))
        #expect(model.parameters.map(\.name) == ["weight", "bias"])
        #expect(model.parameters.map(\.shape) == [[7, 3, 3, 3], [7]])
        #expect(model.parameters.map(\.kind) == [.weight, .bias])
        #expect(model.parameters.allSatisfy { $0.initializer == .pyTorchDefault(fanIn: 27) })
        #expect(model.outputShape == [5, 4, 7])
    }

    @Test func conv2d_withoutBias_hasNone() throws {
        let model = try Model(inputShape: [3, 3, 2], .conv2d(4, kernel: 3, bias: false))
        #expect(model.parameters.map(\.name) == ["weight"])
        #expect(try output(of: model, [Float](repeating: 0, count: 18)).allSatisfy { $0 == 0 })
    }

    @Test func pooling_inAModel_changesTheSizeOnly() throws {
        #expect(try Model(inputShape: [5, 7, 3], .maxPool(2)).outputShape == [2, 3, 3])
        #expect(try Model(inputShape: [5, 7, 3], .averagePool(3, stride: 2, padding: 1)).outputShape == [3, 4, 3])
        #expect(try Model(inputShape: [5, 7, 3], .maxPool(2, stride: 1)).outputShape == [4, 6, 3])
    }

    @Test func averagePool_padded_countsThePaddingUnlessToldOtherwise() throws {
        func means(_ countsPadding: Bool?) throws -> [Float] {
            let description =
                countsPadding.map { LayerDescription.averagePool(2, padding: 1, countsPadding: $0) }
                ?? .averagePool(2, padding: 1)
            return try output(of: Model(inputShape: [2, 2, 1], description), [4, 8, 12, 16])
        }
        #expect(try means(nil) == [1, 2, 3, 4])
        #expect(try means(false) == [4, 8, 12, 16])
    }

    static let impossible: [(LayerDescription, Shape, String)] = [
        (
            .conv2d(4, kernel: 5), [4, 9, 1],
            "Layer '1' (conv2d) has a kernel of 5 × 5, larger than the images of 4 × 9."
        ),
        (
            .conv2d(4, kernel: 7, padding: 1), [4, 9, 1],
            "Layer '1' (conv2d) has a kernel of 7 × 7, larger than the images of 4 × 9, padded to 6 × 11."
        ),
        (.maxPool(3), [2, 2, 1], "Layer '1' (maxPool) has a kernel of 3 × 3, larger than the images of 2 × 2."),
        (
            .averagePool(3), [2, 2, 1],
            "Layer '1' (averagePool) has a kernel of 3 × 3, larger than the images of 2 × 2."
        ),
        (
            .maxPool(2), [8],
            "Layer '1' (maxPool) takes images [height, width, channels], but what stands before it gives [8]."
        ),
        (
            .conv2d(2, kernel: 2, padding: 2), [8, 8, 1],
            "Layer '1' (conv2d) has kernel 2, stride 1 and padding 2: kernel and stride must be above 0, "
                + "and the padding from 0 to below the kernel."
        ),
        (
            .maxPool(2, stride: 0), [8, 8, 1],
            "Layer '1' (maxPool) has kernel 2, stride 0 and padding 0: kernel and stride must be above 0, "
                + "and the padding from 0 to below the kernel."
        ),
        (.maxPool(256), [300, 300, 1], "Layer '1' (maxPool) has a window of 256 pixels a side, but 255 are the most."),
    ]

    @Test(arguments: impossible.indices)
    func window_thatDoesNotFit_isRefusedNamingTheLayer(_ index: Int) {
        let (layer, shape, message) = Self.impossible[index]
        #expect {
            try Model(inputShape: shape, layers: [.relu, layer])
        } throws: {
            "\($0)" == message && $0 is ModelError
        }
    }

    /// The way from a plain image through blocked layouts into a linear layer, against plain numbers: a single 1 in the image, and
    /// weights that only pick it up.
    @Test func flatten_behindAConvolution_hasTheChannelsInnermost() throws {
        let model = try Model(inputShape: [3, 3, 1], layers: [.conv2d(20, kernel: 1, bias: false), .flatten])
        let values = FlatStorage(count: model.storageCount)
        for channel in 0..<20 { values.base[channel] = Float(channel) }
        let tape = Tape(context: try ExecutionContext())
        let pass = ForwardPass(evaluating: model, tape: tape, values: values)
        let image: [Float] = [0, 0, 0, 0, 0, 1, 0, 0, 0]
        let output = try model(tape.constant(image, shape: [1, 3, 3, 1]), pass)
        let expected = (0..<180).map { $0 / 20 == 5 ? Float($0 % 20) : 0 }
        #expect(output.shape == [1, 180] && output.array == expected)
    }

    private func output(of model: Model, _ input: [Float]) throws -> [Float] {
        let values = FlatStorage(count: model.storageCount)
        let tape = Tape(context: try ExecutionContext())
        let pass = ForwardPass(evaluating: model, tape: tape, values: values)
        return try model(tape.constant(input, shape: model.inputShape.prefixed(by: 1)), pass).array
    }
}
