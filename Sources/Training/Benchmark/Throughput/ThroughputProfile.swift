import TensorCore

/// Where the time of a step goes, in steps of their own: timing operations costs time itself.
struct ThroughputProfile {
    /// Milliseconds per step.
    let byOperation: [String: Double]
    let byKind: MillisecondsByKind

    init(_ trainer: Trainer, steps: Int) throws {
        let profile = OperationProfile()
        trainer.replica.activate()
        trainer.replica.profile = profile
        defer { trainer.replica.profile = nil }
        trainer.clock.enter(.data)
        let before = trainer.clock.times
        for _ in 0..<steps { _ = try trainer.benchmarkStep() }
        trainer.clock.enter(.setUp)
        let spent = trainer.clock.times - before
        func milliseconds(_ seconds: Double) -> Double { seconds / Double(steps) * 1000 }

        var kinds = MillisecondsByKind(profile, steps: steps)
        (kinds.data, kinds.optimizer) = (milliseconds(spent[.data]), milliseconds(spent[.optimizer]))
        let named = kinds.operations + kinds.data + kinds.optimizer
        kinds.everythingElse = milliseconds(spent.loopSeconds) - named
        byKind = kinds
        var entries = Dictionary(profile.entries.map { ($0.name, milliseconds($0.seconds)) }, uniquingKeysWith: +)
        entries["data"] = kinds.data
        entries["optimizer"] = kinds.optimizer
        entries["everything else"] = kinds.everythingElse
        byOperation = entries
    }
}
