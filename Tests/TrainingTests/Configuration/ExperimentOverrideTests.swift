import Testing

@testable import Training

@Suite struct ExperimentOverrideTests {
    @Test func overrides_several_applyInOrder() throws {
        let read = try experiment(
            "training: {epochs: 3, dropLast: true}",
            overrides: ["training.epochs=4", "optimizer.learningRate=1e-2", "training.epochs=5", "model.widths=[8, 4]"])
        #expect(read.training.epochs == 5 && read.training.dropLast)
        #expect(read.optimizer.learningRate == 0.01)
        #expect(read.model.architecture == .mlp(widths: [8, 4]))
    }

    @Test func override_withAMapping_replacesOnlyTheKeysItNames() throws {
        let read = try experiment(
            "training: {epochs: 3, dropLast: true}", overrides: ["training={epochs: 7, globalBatchSize: 32}"])
        #expect(read.training.epochs == 7 && read.training.dropLast && read.training.batch == .global(32))
    }

    @Test func override_ofOneBatchSize_takesTheOthersPlace() throws {
        #expect(
            try experiment("training: {globalBatchSize: 256}", overrides: ["training.batchSize=64"]).training.batch
                == .perRank(64))
        #expect(
            try experiment("training: {batchSize: 64}", overrides: ["training={globalBatchSize: 32}"]).training.batch
                == .global(32))
        #expect(
            try experiment(overrides: ["training.batchSize=64", "training.globalBatchSize=8"]).training.batch
                == .global(8))
    }

    @Test func override_ofLayers_takesTheNamesPlace() throws {
        let read = try experiment(overrides: ["model.layers=[flatten, {linear: 10}]"])
        #expect(read.model.architecture == .layers([.flatten, .linear(10)]))
    }

    @Test(arguments: [
        ("training.epochs", "expected key.path=value, found no '='."),
        ("=3", "expected key.path=value, found an empty key."),
        ("training..epochs=3", "expected key.path=value, found an empty key."),
        (
            "training.epochs=abc",
            "training.epochs: expected a whole number from 1 to 1000000000, found the text 'abc'."
        ),
        ("training.epochs=", "training.epochs: expected a whole number from 1 to 1000000000, found null."),
        (
            "training.epochs.first=3",
            "training.epochs: expected a whole number from 1 to 1000000000, found the mapping {first: 3}."
        ),
        (
            "training.epochs=[1",
            "not valid YAML: did not find expected ',' or ']' (while parsing a flow sequence)."
        ),
        (
            "training={batchSize: 4, globalBatchSize: 8}",
            "training.batchSize: globalBatchSize is given as well; state one of them: batchSize counts per rank, "
                + "globalBatchSize over all ranks."
        ),
        ("optimizer.nesterov=true", "optimizer.nesterov: true needs a momentum above 0, found 0.0."),
        (
            "logging.everyStep=3",
            "logging.everyStep: there is no such key (did you mean 'everySteps'?); allowed here are everySteps, tensorBoard "
                + "and timeline."
        ),
    ])
    func override_impossible_isRefusedByTheOption(option: String, message: String) {
        #expect(refusal { try experiment(overrides: [option]) } == "--set \(option): \(message)")
    }
}
