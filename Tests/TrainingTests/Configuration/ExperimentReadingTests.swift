import Optimization
import Testing

@testable import Training

@Suite struct ExperimentReadingTests {
    @Test func experiment_onlyNameAndModelStated_hasTheDefaults() throws {
        let read = try experiment()
        var expected = Experiment(name: "test")
        expected.model.architecture = .mlp(widths: [256])
        #expect(read == expected)
    }

    @Test func experiment_everyKindOfValue_isRead() throws {
        let read = try experiment(
            """
            seed: 18446744073709551615
            dataset: {path: "/data/a: b", limit: 1000}
            training: {epochs: 3, steps: 20, batchSize: 128, dropLast: true}
            optimizer: {learningRate: 1e-3, scaling: squareRoot, momentum: 0.9, nesterov: true, weightDecay: 5.0e-4}
            schedule: {warmupEpochs: 1, warmupFrom: zero, decay: step, milestones: [2, 3], factor: .5}
            checkpoint: {everyEpochs: null, everySteps: 10, keep: 1, onWriteFailure: continue}
            """)
        #expect(read.seed == .max)
        #expect(read.dataset.path == "/data/a: b" && read.dataset.limit == 1000)
        #expect(read.training.epochs == 3 && read.training.steps == 20 && read.training.dropLast)
        #expect(read.training.batch == .perRank(128))
        #expect(read.optimizer.learningRate == 0.001 && read.optimizer.scaling == .squareRoot)
        #expect(read.optimizer.momentum == 0.9 && read.optimizer.nesterov && read.optimizer.weightDecay == 0.0005)
        #expect(read.schedule.warmupEpochs == 1 && read.schedule.warmupFrom == .zero && read.schedule.decay == .step)
        #expect(read.schedule.milestones == [2, 3] && read.schedule.factor == 0.5)
        #expect(read.checkpoint.everyEpochs == nil && read.checkpoint.everySteps == 10)
        #expect(read.checkpoint.keep == 1 && read.checkpoint.onWriteFailure == .continue)
    }

    @Test(arguments: [
        (
            "training: {epoch: 3}",
            "a.yaml:3: training.epoch: there is no such key (did you mean 'epochs'?); allowed here are epochs, steps, "
                + "globalBatchSize, batchSize, accumulationSteps, dropLast and clipNorm."
        ),
        (
            "logging:\n  everySteps: 5\n  colour: red",
            "a.yaml:5: logging.colour: there is no such key; allowed here are everySteps, tensorBoard and timeline."
        ),
        ("training: 5", "a.yaml:3: training: expected a mapping of keys, found 5."),
        (
            "training:\n  epochs: 0",
            "a.yaml:4: training.epochs: expected a whole number from 1 to 1000000000, found 0."
        ),
        (
            "training: {epochs: abc}",
            "a.yaml:3: training.epochs: expected a whole number from 1 to 1000000000, found the text 'abc'."
        ),
        (
            "training: {epochs: 99999999999999999999}",
            "a.yaml:3: training.epochs: expected a whole number from 1 to 1000000000, found 99999999999999999999."
        ),
        (
            "training: {globalBatchSize: 0}",
            "a.yaml:3: training.globalBatchSize: expected a whole number from 1 to 1000000000, found 0."
        ),
        (
            "training: {batchSize: -8}",
            "a.yaml:3: training.batchSize: expected a whole number from 1 to 1000000000, found -8."
        ),
        (
            "training: {globalBatchSize: 256.0}",
            "a.yaml:3: training.globalBatchSize: expected a whole number from 1 to 1000000000, found 256.0."
        ),
        (
            "training: {batchSize: 128, globalBatchSize: 256}",
            "a.yaml:3: training.batchSize: globalBatchSize is given as well; state one of them: batchSize counts per rank, "
                + "globalBatchSize over all ranks."
        ),
        (
            "optimizer: {learningRate: .nan}",
            "a.yaml:3: optimizer.learningRate: expected a number from 0 to 3.4e38, the largest of float32, found .nan."
        ),
        (
            "optimizer: {learningRate: -.inf}",
            "a.yaml:3: optimizer.learningRate: expected a number from 0 to 3.4e38, the largest of float32, found -.inf."
        ),
        (
            "optimizer: {learningRate: 1e999}",
            "a.yaml:3: optimizer.learningRate: expected a number from 0 to 3.4e38, the largest of float32, found 1e999."
        ),
        (
            "optimizer: {learningRate: 1e60}",
            "a.yaml:3: optimizer.learningRate: expected a number from 0 to 3.4e38, the largest of float32, found 1e60."
        ),
        (
            "training: {clipNorm: 1e60}",
            "a.yaml:3: training.clipNorm: expected a number from 1e-45 to 3.4e38, the range of float32 above 0, found 1e60."
        ),
        (
            "training: {clipNorm: 0}",
            "a.yaml:3: training.clipNorm: expected a number from 1e-45 to 3.4e38, the range of float32 above 0, found 0."
        ),
        (
            "optimizer: {learningRate: -0.1}",
            "a.yaml:3: optimizer.learningRate: expected a number from 0 to 3.4e38, the largest of float32, found -0.1."
        ),
        (
            "optimizer: {learningRate: '0.1'}",
            "a.yaml:3: optimizer.learningRate: expected a number from 0 to 3.4e38, the largest of float32, found the text '0.1'."
        ),
        (
            "optimizer: {momentum: 1}",
            "a.yaml:3: optimizer.momentum: expected a number from 0 up to, not including, 1, found 1."
        ),
        ("optimizer: {nesterov: true}", "a.yaml:3: optimizer.nesterov: true needs a momentum above 0, found 0.0."),
        ("optimizer: {nesterov: yes}", "a.yaml:3: optimizer.nesterov: expected true or false, found the text 'yes'."),
        (
            "optimizer: {weightDecay: -1}",
            "a.yaml:3: optimizer.weightDecay: expected a number from 0 to 3.4e38, the largest of float32, found -1."
        ),
        (
            "optimizer: {scaling: cubic}",
            "a.yaml:3: optimizer.scaling: expected none, linear or squareRoot, found the text 'cubic'."
        ),
        (
            "schedule: {warmupEpochs: -1}",
            "a.yaml:3: schedule.warmupEpochs: expected a whole number from 0 to 1000000000, found -1."
        ),
        (
            "schedule: {decay: step, milestones: [3, 3]}",
            "a.yaml:3: schedule.milestones: expected increasing epochs, found [3, 3]."
        ),
        (
            "schedule: {decay: step, milestones: [2, x]}",
            "a.yaml:3: schedule.milestones[1]: expected a whole number from 1 to 1000000000, found the text 'x'."
        ),
        (
            "schedule: {decay: step}",
            "a.yaml:3: schedule.milestones: decay: step needs at least one milestone, found none."
        ),
        (
            "schedule: {milestones: [2]}",
            "a.yaml:3: schedule.milestones: only decay: step has milestones, found decay: none."
        ),
        (
            "schedule: {factor: 0}",
            "a.yaml:3: schedule.factor: expected a number above 0 and up to 1, found 0."
        ),
        (
            "dataParallel: {logicalShards: 0}",
            "a.yaml:3: dataParallel.logicalShards: expected a whole number from 1 to 65536, found 0."
        ),
        (
            "dataParallel: {stallAbortSeconds: 5}",
            "a.yaml:3: dataParallel.stallAbortSeconds: expected at least stallWarningSeconds, which is 30.0, found 5.0."
        ),
        (
            "dataParallel: {stallWarningSeconds: 400}",
            "a.yaml:3: dataParallel.stallWarningSeconds: expected at most stallAbortSeconds, which is 300.0, found 400.0."
        ),
        (
            "checkpoint: {onWriteFailure: retry}",
            "a.yaml:3: checkpoint.onWriteFailure: expected stop or continue, found the text 'retry'."
        ),
        ("dataset: {path: 7}", "a.yaml:3: dataset.path: expected a path, in quotes, found 7."),
        (
            "seed: -1",
            "a.yaml:3: seed: expected a whole number from 0 to 18446744073709551615, found -1."
        ),
    ])
    func value_impossible_isRefusedByLineKeyAndValue(yaml: String, message: String) {
        #expect(refusal { try experiment(yaml) } == message)
    }

    @Test(arguments: [
        ("training: {epochs: 1, epochs: 2}", "a.yaml:3: 'epochs' is given more than once in one section."),
        (
            "training: [1",
            "a.yaml:4: not valid YAML: did not find expected ',' or ']' (while parsing a flow sequence)."
        ),
        ("seed: a: b", "a.yaml:3: not valid YAML: mapping values are not allowed in this context."),
        ("seed: *unknown", "a.yaml:3: not valid YAML: found undefined alias."),
        ("seed: \u{1}", "a.yaml:3: not valid YAML: control characters are not allowed."),
        ("seed: !number 3", "a.yaml:3: the tag '!number' has no meaning here."),
        ("training: !foo {epochs: 1}", "a.yaml:3: the tag '!foo' has no meaning here."),
        ("dataset: !<tag:x> {limit: 1}", "a.yaml:3: the tag 'tag:x' has no meaning here."),
        ("schedule: {milestones: !!set [1]}", "a.yaml:3: the tag 'set' has no meaning here."),
        ("!foo seed: 3", "a.yaml:3: the tag '!foo' has no meaning here."),
        ("[seed]: 3", "a.yaml:3: expected a word as key, found a list, a mapping or an alias."),
        ("seed: &a 3\n*a : 4", "a.yaml:4: expected a word as key, found a list, a mapping or an alias."),
        ("seed: &a 3\ntraining: [*a:1]", "a.yaml:4: expected an alias alone, found more behind its name."),
    ])
    func yaml_broken_isRefusedByLine(yaml: String, message: String) {
        #expect(refusal { try experiment(yaml) } == message)
    }

    @Test func yaml_nestedWithoutEnd_isRefused() {
        #expect(refusal { try experiment("seed: " + String(repeating: "[", count: 100_000)) } != nil)
    }

    @Test func yaml_aliasesOfAliases_areRefusedBeforeTheyFillTheMemory() {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...30 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            bomb += "a\(level): &a\(level) [\(aliases)]\n"
        }
        #expect(refusal { try experiment(bomb) } == "a.yaml: holds more than 10000 values, aliases expanded.")
    }

    /// Comparing such keys would take longer than anybody waits.
    @Test(arguments: [
        "? *a30\n: 1", "*a30 : 1", "x: {*a30: 1}", "x: [*a30: 1]", "x: [? *a30]", "? [*a30]\n: 1", "? {x: *a30}\n: 1",
    ])
    func yaml_aliasesOfAliasesInAKey_areRefusedAtOnce(key: String) {
        var bomb = "a0: &a0 [x, x]\n"
        for level in 1...40 { bomb += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        #expect(
            refusal { try experiment(bomb + key) }
                == "a.yaml:44: expected a word as key, found a list, a mapping or an alias.")
    }

    @Test func yaml_asterisksThatAreNoAliases_areRead() throws {
        let read = try experiment(
            "dataset: {path: 'a *b'} # *c\nschedule: {milestones: !!seq []}\ntraining: !!map {epochs: &e 1}\nseed: *e",
            overrides: ["model.weights=a*b"])
        #expect(read.dataset.path == "a *b" && read.model.weights == "a*b" && read.seed == 1)
    }

    @Test func yaml_anchorsWindowsLinesAndByteOrderMark_areRead() throws {
        let read = try Experiment(
            yaml: "\u{FEFF}name: &n mlp\r\nmodel: {name: *n}\r\ntraining:\r\n  epochs: 2\r\nlogging:\r\n",
            source: "a.yaml")
        #expect(read.name == "mlp" && read.training.epochs == 2)
        #expect(read.model.architecture == .mlp(widths: [256]))
    }

    @Test(arguments: [
        ("", "a.yaml: the file is empty; an experiment needs at least a name."),
        ("# nothing\n", "a.yaml: the file is empty; an experiment needs at least a name."),
        ("model: {name: mlp}", "a.yaml: name: every experiment needs a name, found none."),
        ("- name", "a.yaml:1: expected a mapping of keys, found the list [name]."),
    ])
    func experiment_withoutName_isRefused(yaml: String, message: String) {
        #expect(refusal { try Experiment(yaml: yaml, source: "a.yaml") } == message)
    }

    @Test(arguments: ["a/b", "..", ".hidden", "''", "'a\\b'", "-n", "' a'", "'a '", "\"a\\nb\"", "123", "null", "[a]"])
    func name_thatIsNoFolder_isRefused(name: String) throws {
        let message = try #require(refusal { try experiment(overrides: ["name=\(name)"]) })
        #expect(message.hasPrefix("--set name=\(name): name: expected a name that can be a folder ("), "\(message)")
    }

    @Test func name_tooLongForAFolder_isRefused() throws {
        #expect(try experiment(overrides: ["name=" + String(repeating: "a", count: 128)]).name.count == 128)
        #expect(refusal { try experiment(overrides: ["name=" + String(repeating: "a", count: 129)]) } != nil)
    }
}
