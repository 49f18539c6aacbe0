import NeuralNetwork
import TensorCore
import Testing

@testable import Training

@Suite struct MemoryNeedTests {
    /// 784 · 100 + 100 + 100 · 10 + 10 parameters, in four pieces on cache lines; outputs of 784, 100, 100 and 10.
    private func need(batch: Int) throws -> MemoryNeed {
        let model = try NeuralNetwork.Model(
            inputShape: [28, 28, 1], .multilayerPerceptron(widths: [100], classes: 10))
        #expect(model.activationCount == 994)
        return MemoryNeed(model: model, storages: 4, batch: batch)
    }

    @Test func require_justEnough_isGranted() throws {
        let need = try need(batch: 60)
        let bytes = 4 * (4 * need.model.storageCount + 60 * 994)
        try need.require(ranks: 1, available: bytes)
        try need.require(ranks: 3, available: 3 * bytes)
        #expect(throws: ModelError.self) { try need.require(ranks: 1, available: bytes - 1) }
        #expect(throws: ModelError.self) { try need.require(ranks: 3, available: 3 * bytes - 1) }
    }

    @Test func require_tooMuchForTheHost_namesModelAndBatch() throws {
        let error = #expect(throws: ModelError.self) {
            try need(batch: 1 << 20).require(ranks: 2, available: 4 << 30)
        }
        #expect(
            try #require(error).description
                == "model: 79510 parameters take 0.0 GiB with gradients and optimizer and a pass over 1048576 samples "
                + "3.9 GiB, on each of this host's ranks (2), but the host has 4.0 GiB: make the model or "
                + "training.globalBatchSize smaller.")
    }

    @Test func available_onThisHost_isPositive() {
        #expect(MemoryNeed.available > 0)
    }
}
