import Testing

@testable import Training

/// What contradicts a step that is cut into logical shards.
@Suite struct ExperimentShardsTests {
    @Test(arguments: [
        ("wire: bfloat16", "dataParallel.wire: "), ("batchNorm: global", "dataParallel.batchNorm: global statistics"),
        ("batchNorm: local", "dataParallel.batchNorm: local statistics"), ("overlap: true", "dataParallel.overlap: "),
    ])
    func reproducible_withWhatChangesBits_isRefused(setting: String, message: String) {
        let refused = refusal { try experiment("dataParallel: {reproducible: true, \(setting)}") }
        #expect(refused?.contains(message) == true, "\(refused ?? "accepted")")
    }

    @Test func reproducible_withSizesThatDependOnTheLaunch_isRefused() {
        let perRank = refusal { try experiment("dataParallel: {reproducible: true}\ntraining: {batchSize: 8}") }
        #expect(perRank?.contains("training.batchSize: dataParallel.reproducible needs a step whose size") == true)
        let pieces = refusal { try experiment("dataParallel: {reproducible: true}\ntraining: {accumulationSteps: 2}") }
        #expect(pieces?.contains("training.accumulationSteps: dataParallel.reproducible already computes") == true)
        let shards = refusal {
            try experiment("dataParallel: {batchNorm: logicalShard}\ntraining: {accumulationSteps: 2}")
        }
        #expect(shards?.contains("training.accumulationSteps: dataParallel.batchNorm: logicalShard already") == true)
    }

    /// The line is that of the key, not of the file's beginning.
    @Test func accumulation_withGlobalStatistics_isRefusedWhereItStands() {
        let refused = refusal {
            try experiment("dataParallel: {batchNorm: global}\ntraining: {accumulationSteps: 2}")
        }
        #expect(refused?.hasPrefix("a.yaml:4: training.accumulationSteps: with dataParallel.batchNorm: global") == true)
    }

    @Test func overlap_ofNarrowMessages_isRefused() {
        let refused = refusal { try experiment("dataParallel: {overlap: true, wire: bfloat16}") }
        #expect(refused?.contains("dataParallel.overlap: what travels as bfloat16") == true)
    }

    @Test func overlap_withGlobalStatistics_isRefused() {
        let refused = refusal { try experiment("dataParallel: {overlap: true, batchNorm: global}") }
        #expect(refused?.contains("dataParallel.overlap: with batchNorm: global") == true)
    }

    @Test func batchNorm_unstated_followsTheMode() throws {
        #expect(try experiment("dataParallel: {reproducible: true}").dataParallel.resolvedBatchNorm == .logicalShard)
        #expect(try experiment("seed: 1").dataParallel.resolvedBatchNorm == .local)
        let stated = try experiment("dataParallel: {reproducible: true, batchNorm: logicalShard}")
        #expect(stated.dataParallel.batchNorm == .logicalShard)
    }

    @Test(arguments: ["auto", "true", "false"])
    func overlap_anyForm_survivesWriting(word: String) throws {
        let read = try experiment("dataParallel: {overlap: \(word)}")
        #expect(try Experiment(yaml: read.yaml, source: "written") == read)
        #expect(read.yaml.contains("overlap: \(word)"))
    }
}
