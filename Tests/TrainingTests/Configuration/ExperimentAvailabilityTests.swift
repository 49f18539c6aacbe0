import Testing

@testable import Training

@Suite struct ExperimentAvailabilityTests {
    @Test(arguments: [
        ("dataset: {name: cifar-10}", "dataset.name: 'cifar-10' is not available yet; use fashion-mnist."),
        ("dataset: {classes: [0, 2]}", "dataset.classes: [0, 2] is not available yet; use null."),
        (
            "dataset: {transforms: [{normalize: auto}]}",
            "dataset.transforms: [{normalize: auto}] is not available yet; use []."
        ),
        ("dataset: {validation: 0.1}", "dataset.validation: 0.1 is not available yet; use test."),
        ("dataset: {workers: 2}", "dataset.workers: 2 is not available yet; use 0."),
        ("optimizer: {name: lars}", "optimizer.name: 'lars' is not available yet; use sgd or adamw."),
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
