import NeuralNetwork
import Optimization
import SafeTensors
import TensorCore
import TestSupport
import Testing

@testable import Training

/// Files keep PyTorch's order of elements, memory its own.
@Suite struct FileOrderTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// A linear layer of two outputs behind images of 3 × 1 pixels and two channels.
    private func state() throws -> SmallState {
        try SmallState(
            in: folder, momentum: 0.9, inputShape: [3, 1, 2], layers: [.flatten, .batchNorm, .linear(2)])
    }

    @Test func checkpoint_behindAFlattenedImage_hasPyTorchsOrder() throws {
        let state = try state()
        for (index, parameter) in state.model.parameters.enumerated() {
            for place in 0..<parameter.shape.count {
                state.values[parameter.range][place] = Float(100 * index + place)
                state.optimizer.state[0].storage[parameter.range][place] = Float(-100 * index - place)
            }
        }
        for place in 0..<6 { state.buffers.base[place] = Float(place) }
        try state.write()
        let file = try SafeTensorsFile(path: state.path)
        // Memory has the six features as pixel × channel, files as channel × pixel.
        let order: [Float] = [0, 2, 4, 1, 3, 5]
        let row = order.map { 200 + $0 }
        #expect(try file.floats("2.weight") == row + row.map { $0 + 6 })
        #expect(try file.floats("optimizer.velocity.2.weight") == (row + row.map { $0 + 6 }).map { -$0 })
        #expect(try file.floats("1.weight") == order)
        #expect(try file.floats("1.bias") == order.map { 100 + $0 })
        #expect(try file.floats("1.running_mean") == order)
        #expect(try file.floats("2.bias") == [300, 301])
    }

    @Test func checkpoint_behindAFlattenedImage_readsBackToTheSameBits() throws {
        let state = try state().write()
        let loaded = try state.load()
        #expect(loaded.values.array == state.values.array && loaded.buffers.array == state.buffers.array)
        #expect(loaded.optimizer.state[0].storage.array == state.optimizer.state[0].storage.array)
        #expect(state.model.parameters.contains { $0.flattenedImage != nil })
    }
}
