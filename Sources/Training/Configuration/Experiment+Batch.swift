extension Experiment {
    /// A step's size in numbers, once the number of ranks is known.
    public struct ResolvedBatch: Equatable, Sendable {
        /// The samples of one optimizer step over all ranks.
        public let globalBatchSize: Int
        /// The most samples a rank computes at once: its slice of the step, cut into `accumulationSteps` pieces.
        public let largestPiece: Int
    }

    /// The step's size on `worldSize` ranks: as stated, or `batchSize × worldSize × accumulationSteps`.
    ///
    /// - Throws: ``ConfigurationError`` if the product does not fit, or `worldSize` is below 1.
    public func resolvedBatch(worldSize: Int) throws -> ResolvedBatch {
        let pieces = training.accumulationSteps
        let (slots, slotsOverflow) = worldSize.multipliedReportingOverflow(by: pieces)
        guard slots >= 1, !slotsOverflow else {
            throw batchError("cannot be shared among \(worldSize) ranks in \(pieces) pieces")
        }
        switch training.batch {
        case .global(let size):
            let (slice, piece) = (Self.ceiling(size, worldSize), pieces)
            return ResolvedBatch(globalBatchSize: size, largestPiece: Self.ceiling(slice, piece))
        case .perRank(let size):
            let (global, overflow) = size.multipliedReportingOverflow(by: slots)
            guard !overflow, global <= Self.largestBatch else {
                throw batchError("\(size) samples on \(worldSize) ranks make more than \(Self.largestBatch) a step")
            }
            return ResolvedBatch(globalBatchSize: global, largestPiece: size)
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

    private static func ceiling(_ dividend: Int, _ divisor: Int) -> Int {
        dividend / divisor + (dividend % divisor == 0 ? 0 : 1)
    }
}
