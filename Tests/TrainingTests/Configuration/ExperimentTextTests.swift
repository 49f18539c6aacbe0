import Foundation
import Testing

@testable import Training

@Suite struct ExperimentTextTests {
    /// Every key away from its default, as far as that is available.
    private func unusual() throws -> Experiment {
        try experiment(
            """
            seed: 7
            dataset: {path: /data, limit: 10}
            training: {epochs: 2, steps: 9, batchSize: 16, dropLast: true}
            optimizer: {learningRate: 1e-5, referenceBatchSize: 32, scaling: none, momentum: 0.9, nesterov: true, weightDecay: 1e20}
            schedule: {warmupEpochs: 1, warmupFrom: zero, decay: step, milestones: [1, 2], factor: 0.3}
            dataParallel: {stallWarningSeconds: 1.5, stallAbortSeconds: 2}
            checkpoint: {everyEpochs: null, everySteps: 4, keep: 9, onWriteFailure: continue}
            logging: {everySteps: 1}
            """, overrides: ["model.layers=[flatten, {linear: 3}, relu]"])
    }

    @Test func yaml_readBack_isTheSameExperiment() throws {
        for original in [try experiment(), try unusual()] {
            let read = try Experiment(yaml: original.yaml, source: "config.yaml")
            #expect(read == original)
            #expect(read.yaml == original.yaml)
        }
    }

    @Test(arguments: [
        "plain/path", "yes", "Null", "1e3", "0x10", "1_000", "12:30:00", "2026-01-02", "<<", "=", "~", "a: b", "a #b",
        " a", "a ", "\"", "'", "\\", "a\nb", "\t", "\u{1}\u{7F}\u{85}", "\u{2028}", "a\u{FEFF}b",
        "\u{FFFE}\u{FFFF}", "\u{1FFFF}\u{E000}", "é", "日本", "🐦", "&a",
        "*a", "!a",
        "- a", "[a]", "{a}", "%a", "@a", "`a", "|", ">", "?", ",",
    ])
    func yaml_textOfAnyKind_isReadBack(text: String) throws {
        var original = try experiment()
        original.dataset.path = text
        let read = try Experiment(yaml: original.yaml, source: "config.yaml")
        #expect(read == original)
    }

    /// Checkpoints hold the written form, and one that cannot be read is lost.
    @Test func yaml_ofMoreValuesThanAreRead_isRefusedBeforeItIsWritten() {
        let layers = Array(repeating: "{conv2d: {channels: 1, kernel: 1}}", count: 1500).joined(separator: ", ")
        #expect(
            refusal { try experiment(overrides: ["model.layers=[\(layers)]"]) }
                == "a.yaml: with every key written out, as runs and checkpoints keep it, it could not be read again (holds "
                + "more than 10000 values, aliases expanded).")
    }

    @Test func yaml_nestedDeeperThanIsRead_isRefusedBeforeItIsWritten() {
        // As blocks each layer is two levels, on one line it is three.
        let layers = (0..<340).map { level in
            let space = String(repeating: "   ", count: level)
            return "  \(space)- residual:\n  \(space)   main:\n"
        }
        let innermost = "  " + String(repeating: "   ", count: 340) + "- relu\n"
        let text = "name: deep\nmodel:\n  layers:\n" + layers.joined() + innermost
        #expect(
            refusal { try Experiment(yaml: text, source: "a.yaml") }
                == "a.yaml: with every key written out, as runs and checkpoints keep it, it could not be read again (holds "
                + "values nested too deeply).")
    }

    @Test func yaml_numbersOfAnySize_areReadBackToTheBit() throws {
        let rates: [Double] = [
            0, 0.1, 1 / 3, 1e-5, Double.leastNonzeroMagnitude,
            1e16, 123456789.125, Double(Float.greatestFiniteMagnitude),
        ]
        for rate in rates {
            var original = try experiment()
            original.optimizer.learningRate = rate
            let read = try Experiment(yaml: original.yaml, source: "config.yaml")
            #expect(read.optimizer.learningRate.bitPattern == rate.bitPattern)
        }
    }

    @Test func json_encodedAndDecoded_isTheSameExperiment() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        for original in [try experiment(), try unusual()] {
            let json = try encoder.encode(original)
            let read = try JSONDecoder().decode(Experiment.self, from: json)
            #expect(read == original)
        }
        let text = String(decoding: try encoder.encode(try experiment()), as: UTF8.self)
        #expect(text.contains(#""loss":{"name":"crossEntropy"},"model":{"layers":null,"name":"mlp","weights":null,"#))
    }

    @Test func json_withAnImpossibleValue_isRefused() throws {
        let json = Data(#"{"name": "test", "model": {"name": "mlp"}, "training": {"epochs": 0}}"#.utf8)
        #expect(
            refusal { try JSONDecoder().decode(Experiment.self, from: json) }
                == "the encoded experiment: training.epochs: expected a whole number from 1 to 1000000000, found 0.")
    }

    @Test func agreementText_otherPathsSameRest_agrees() throws {
        let one = try experiment(overrides: ["dataset.path=/one"])
        let two = try experiment(overrides: ["dataset.path=/two"])
        #expect(one.agreementText == two.agreementText)
        let other = try experiment(overrides: ["seed=1"])
        #expect(one.agreementText != other.agreementText)
    }

    @Test func validate_valueMadeInCode_isCheckedLikeAFile() throws {
        var made = try experiment()
        try made.validate()
        made.training.epochs = 0
        #expect(throws: ConfigurationError.self) { try made.validate() }
    }
}
