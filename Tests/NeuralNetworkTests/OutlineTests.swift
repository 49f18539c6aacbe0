import Testing

@testable import NeuralNetwork
@testable import TensorCore

@Suite struct OutlineTests {
    @Test func outline_ofASequence_hasEveryLayerInOrder() throws {
        let model = try Model(inputShape: [2, 3, 1], .multilayerPerceptron(widths: [8], classes: 3))
        #expect(model.outline.map(\.name) == ["0", "1", "2", "3"])
        #expect(model.outline.map(\.kind) == ["flatten", "linear", "relu", "linear"])
        #expect(model.outline.map(\.output) == [[6], [8], [8], [3]])
        #expect(model.outline.map(\.parameterCount) == [0, 6 * 8 + 8, 0, 8 * 3 + 3])
        #expect(model.outline.map(\.flops) == [0, 2 * 6 * 8, 0, 2 * 8 * 3])
        #expect(model.outline.allSatisfy { $0.depth == 0 })
        #expect(model.flops == 2 * 6 * 8 + 2 * 8 * 3)
    }

    @Test func outline_ofABlock_countsItsPartsOnceBehindIt() throws {
        let model = try Model(
            inputShape: [4],
            layers: [
                .residual([.linear(5), .batchNorm, .relu, .linear(6)], shortcut: [.linear(6)]), .linear(2),
            ])
        #expect(
            model.outline.map(\.name) == [
                "0", "0.main.0", "0.main.1", "0.main.2", "0.main.3", "0.shortcut.0", "1",
            ])
        #expect(model.outline.map(\.depth) == [0, 1, 1, 1, 1, 1, 0])
        #expect(model.outline[0].parameterCount == 25 + 10 + 36 + 30)
        #expect(model.outline[0].flops == 2 * (20 + 30 + 24))
        #expect(model.parameterCount == 25 + 10 + 36 + 30 + 14)
        #expect(model.flops == 2 * (20 + 30 + 24 + 12))
    }

    @Test func outline_ofBlocksInBlocks_isAsDeepAsTheyAre() throws {
        let inner = LayerDescription.residual([.residual([.linear(4)])])
        let model = try Model(inputShape: [4], layers: [.sequential([inner])])
        #expect(model.outline.map(\.depth) == [0, 1, 2, 3])
        #expect(model.outline.map(\.kind) == ["sequential", "residual", "residual", "linear"])
        #expect(model.outline.allSatisfy { $0.parameterCount == 20 && $0.flops == 32 })
        #expect(model.flops == 32)
    }

    @Test func outline_ofASingleLayer_isThatLayer() throws {
        let model = try Model(inputShape: [3], .linear(2))
        #expect(model.outline.map(\.kind) == ["linear"] && model.outline.map(\.depth) == [0])
        #expect(model.flops == 12 && model.parameterCount == 8)
    }

    /// A weight of several axes is used once at every place of the output.
    @Test func outline_ofWeightsOnImages_countsEveryPlace() throws {
        let description = LayerDescription("window") { input, scope in
            _ = scope.parameter("weight", [5, 3, 2, 2], .constant(0))
            _ = scope.parameter("bias", [5], .constant(0), kind: .bias)
            return (ReLU(), [7, 6, 5])
        }
        let model = try Model(inputShape: [8, 7, 3], layers: [description])
        #expect(model.flops == 2 * 5 * 3 * 2 * 2 * 7 * 6)
    }

    /// Sizes that are possible one by one, and whose product is not.
    @Test func make_workBeyondAnyInteger_isRefusedNamingTheLayer() throws {
        #expect {
            _ = try Model(
                inputShape: [28, 28, 1],
                layers: [.conv2d(100_000, kernel: 1), .conv2d(100_000, kernel: 255, padding: 180)])
        } throws: {
            "\($0)".hasPrefix("Layer '1' (conv2d) takes more than 281474976710656 multiply-adds per sample;")
        }
    }

    @Test func make_outputBeyondAnyMemory_isRefusedNamingTheLayer() throws {
        let huge = LayerDescription("huge") { _, _ in (ReLU(), [50_000, 50_000, 3]) }
        #expect {
            _ = try Model(inputShape: [2, 2, 1], layers: [.relu, huge])
        } throws: {
            "\($0)".hasPrefix("Layer '1' (huge) gives [50000, 50000, 3] per sample: 7500000000 numbers, but")
        }
    }
}
