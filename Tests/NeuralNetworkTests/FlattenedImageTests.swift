import Testing

@testable import NeuralNetwork
@testable import TensorCore

@Suite struct FlattenedImageTests {
    @Test func toFile_twoRowsOfAnImage_putsChannelsOutermost() throws {
        // Pixels a, b, c with channels 0, 1; two rows.
        let image = try #require(FlattenedImage([3, 1, 2]))
        let memory: [Float] = [10, 11, 20, 21, 30, 31, 40, 41, 50, 51, 60, 61]
        var file = [Float](repeating: -1, count: 12)
        file.withUnsafeMutableBufferPointer { file in memory.withUnsafeBufferPointer { image.toFile($0, file) } }
        #expect(file == [10, 20, 30, 11, 21, 31, 40, 50, 60, 41, 51, 61])
    }

    @Test(arguments: [[2, 3, 4], [5, 1, 3], [1, 7, 2]])
    func toMemory_ofWhatToFileGave_isWhatItWas(_ sizes: [Int]) throws {
        let image = try #require(FlattenedImage(Shape(sizes)))
        let memory = (0..<3 * image.count).map { Float($0) }
        var (file, back) = ([Float](repeating: -1, count: memory.count), [Float](repeating: -1, count: memory.count))
        file.withUnsafeMutableBufferPointer { file in memory.withUnsafeBufferPointer { image.toFile($0, file) } }
        back.withUnsafeMutableBufferPointer { back in file.withUnsafeBufferPointer { image.toMemory($0, back) } }
        #expect(file != memory && back == memory)
    }

    @Test(arguments: [[28, 28, 1], [1, 1, 9], [12], [4, 3]])
    func image_whoseOrdersAreTheSame_isNone(_ sizes: [Int]) {
        #expect(FlattenedImage(Shape(sizes)) == nil)
    }

    /// The parameters and buffers of `layers` on images of 2 × 2 pixels and three channels that know to be flattened.
    private func flattened(_ layers: [LayerDescription]) throws -> [String] {
        let model = try Model(inputShape: [2, 2, 3], layers: layers)
        let image = FlattenedImage([2, 2, 3])
        return model.parameters.filter { $0.flattenedImage == image }.map(\.name)
            + model.buffers.filter { $0.flattenedImage == image }.map(\.name)
    }

    @Test func model_linearBehindFlatten_knowsTheImage() throws {
        #expect(try flattened([.flatten, .linear(12), .linear(12)]) == ["1.weight"])
    }

    @Test func model_elementFunctionsBetween_changeNothing() throws {
        #expect(try flattened([.flatten, .relu, .tanh, .sequential([.sigmoid]), .linear(5)]) == ["4.weight"])
    }

    @Test func model_normalisationOfFlattenedFeatures_knowsTheImage() throws {
        #expect(
            try flattened([.batchNorm, .flatten, .batchNorm, .linear(12), .batchNorm]) == [
                "2.weight", "2.bias", "3.weight", "2.running_mean", "2.running_var",
            ])
    }

    @Test func model_branchesBehindFlatten_bothKnowTheImage() throws {
        #expect(
            try flattened([
                .flatten, .residual([.linear(12), .relu, .linear(12)], shortcut: [.linear(12)]), .linear(12),
            ]) == ["1.main.0.weight", "1.shortcut.0.weight"])
    }

    @Test func model_poolingBehindNothing_knowsNoImage() throws {
        #expect(try flattened([.globalAveragePool, .flatten, .linear(3)]) == [])
    }
}
