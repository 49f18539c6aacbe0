import NeuralNetwork
import TensorCore
import Testing

@testable import Training

@Suite struct MessageSizeTests {
    private let model: NeuralNetwork.Model
    private let most = Int(Int32.max)

    init() throws {
        model = try NeuralNetwork.Model(inputShape: [3], .linear(2))
    }

    @Test func require_whatMPICanCount_isGranted() throws {
        try MessageSize.require(most, for: model, rankCount: 2)
        // Nothing is sent.
        try MessageSize.require(most + 1, for: model, rankCount: 1)
    }

    /// However short a rank's part of the gradients is, the parameters go to all ranks in one message.
    @Test func require_moreParametersThanThat_isRefused() throws {
        let large = try NeuralNetwork.Model(inputShape: [50_000], .linear(50_000))
        let error = #expect(throws: ModelError.self) { try MessageSize.require(1, for: large, rankCount: 2) }
        #expect(error?.description.contains("messages of 2500050000 numbers") == true)
        try MessageSize.require(1, for: large, rankCount: 1)
    }

    @Test func require_more_isRefusedInOneSentence() {
        let error = #expect(throws: ModelError.self) {
            try MessageSize.require(most + 1, for: model, rankCount: 2)
        }
        #expect(
            error?.description
                == "model: with 8 parameters 2 ranks would exchange messages of 2147483648 numbers, but MPI counts no further than "
                + "2147483647: make the model smaller.")
    }
}
