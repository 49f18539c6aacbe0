import Testing

@testable import Training

@Suite struct ExperimentAvailabilityTests {
    @Test(arguments: [
        ("precision: bfloat16", "precision: 'bfloat16' is not available yet; use float32."),
        ("dataset: {name: cifar-10}", "dataset.name: 'cifar-10' is not available yet; use fashion-mnist."),
        ("dataset: {classes: [0, 2]}", "dataset.classes: [0, 2] is not available yet; use null."),
        (
            "dataset: {transforms: [{normalize: auto}]}",
            "dataset.transforms: [{normalize: auto}] is not available yet; use []."
        ),
        ("dataset: {validation: 0.1}", "dataset.validation: 0.1 is not available yet; use test."),
        ("dataset: {workers: 2}", "dataset.workers: 2 is not available yet; use 0."),
        ("training: {accumulationSteps: 2}", "training.accumulationSteps: 2 is not available yet; use 1."),
        ("training: {clipNorm: 1}", "training.clipNorm: 1.0 is not available yet; use null."),
        ("optimizer: {name: lars}", "optimizer.name: 'lars' is not available yet; use sgd or adamw."),
        ("dataParallel: {reproducible: true}", "dataParallel.reproducible: true is not available yet; use false."),
        ("dataParallel: {logicalShards: 4}", "dataParallel.logicalShards: 4 is not available yet; use 8."),
        ("dataParallel: {bucketByteLimit: 1}", "dataParallel.bucketByteLimit: 1 is not available yet; use 4194304."),
        ("dataParallel: {overlap: true}", "dataParallel.overlap: true is not available yet; use auto."),
        ("dataParallel: {wire: bfloat16}", "dataParallel.wire: 'bfloat16' is not available yet; use float32."),
        ("dataParallel: {batchNorm: global}", "dataParallel.batchNorm: 'global' is not available yet; use local."),
        ("logging: {tensorBoard: true}", "logging.tensorBoard: true is not available yet; use false."),
        ("logging: {timeline: true}", "logging.timeline: true is not available yet; use false."),
    ])
    func feature_stillToCome_isRefused(yaml: String, message: String) {
        #expect(refusal { try experiment(yaml) } == "a.yaml:3: \(message)")
    }

    @Test func available_everyLine_namesAKeyWhoseDefaultIsAllowed() throws {
        let defaults = Experiment(name: "test").tree
        for (key, values) in Experiment.available {
            let entry = try #require(defaults.entry(at: key), "\(key)")
            #expect(values.contains(entry.value.flowText), "\(key)")
        }
    }
}
