extension Experiment {
    /// The samples of one optimizer step over all of `worldSize` ranks: as stated, or `batchSize × worldSize × accumulationSteps`.
    ///
    /// - Throws: ``ConfigurationError`` if the product does not fit, or `worldSize` is below 1.
    public func globalBatchSize(worldSize: Int) throws -> Int {
        let pieces = training.accumulationSteps
        let (slots, slotsOverflow) = worldSize.multipliedReportingOverflow(by: pieces)
        guard slots >= 1, !slotsOverflow else {
            throw batchError("cannot be shared among \(worldSize) ranks in \(pieces) pieces")
        }
        switch training.batch {
        case .global(let size): return size
        case .perRank(let size):
            let (global, overflow) = size.multipliedReportingOverflow(by: slots)
            guard !overflow, global <= Self.largestBatch else {
                throw batchError("\(size) samples on \(worldSize) ranks make more than \(Self.largestBatch) a step")
            }
            return global
        }
    }

    /// Every rank computes whole logical shards, where there are any.
    /// - Throws: ``ConfigurationError`` if there are more ranks than shards.
    func requireShards(for worldSize: Int) throws {
        let settings = dataParallel
        guard settings.reproducible || settings.resolvedBatchNorm == .logicalShard else { return }
        guard worldSize > settings.logicalShards else { return }
        throw ConfigurationError(
            "experiment '\(name)'", key: "dataParallel.logicalShards",
            "\(settings.logicalShards) logical shards cannot be spread over \(worldSize) ranks; start at most \(settings.logicalShards)"
        )
    }

    /// What a configuration may state for `globalBatchSize`.
    private static let largestBatch = 1_000_000_000

    private func batchError(_ problem: String) -> ConfigurationError {
        let key = if case .global = training.batch { "globalBatchSize" } else { "batchSize" }
        return ConfigurationError(name, key: "training.\(key)", problem)
    }
}
