public import Communication

/// What becomes of something that every rank tries for itself and any rank may fail at.
public enum Settlement {
    /// Runs `body` on every rank and lets all learn how it went. Returns its value if all ranks succeeded.
    /// - Parameters:
    ///   - atRoot: whether only rank 0 can fail: then its message need not say whose it is.
    ///   - exitCode: the process exit code that an error stands for.
    /// - Throws: ``SettledFailure`` on every rank if `body` threw on any.
    public static func settle<Value>(
        over communicator: any Communicator, atRoot: Bool = false, exitCode: (any Error) -> Int32,
        _ body: () throws -> Value
    ) throws -> Value {
        let outcome = Result { try body() }
        // Collective: all ranks must reach this.
        let reports = try communicator.allGather(report(of: outcome, exitCode))
        let failed = reports.indices.filter { !reports[$0].isEmpty }
        guard let first = failed.first else { return try outcome.get() }
        let alike =
            (atRoot && failed == [0]) || failed.count == reports.count && reports.allSatisfy { $0 == reports[0] }
        throw SettledFailure(
            failedRanks: failed, isAlike: alike, ownMessage: message(of: outcome),
            exitCode: Int32(reports[first].prefix { $0 != " " }) ?? 1)
    }

    /// Empty for success, else "code message".
    private static func report<Value>(
        of outcome: Result<Value, any Error>, _ exitCode: (any Error) -> Int32
    ) -> String {
        guard case .failure(let error) = outcome else { return "" }
        return "\(exitCode(error)) \(error)"
    }

    private static func message<Value>(of outcome: Result<Value, any Error>) -> String? {
        guard case .failure(let error) = outcome else { return nil }
        return "\(error)"
    }
}

/// A failure that all ranks know of, so that all can leave in order: nobody waits for anybody.
public struct SettledFailure: Error, Equatable {
    /// The ranks that failed.
    public let failedRanks: [Int]

    /// Whether all ranks failed with the same words, or the failure is one that only rank 0 can have: then rank 0 speaks for all.
    public let isAlike: Bool

    /// This rank's own failure; nil if it succeeded.
    public let ownMessage: String?

    /// The code with which every rank leaves: that of the first rank that failed.
    public let exitCode: Int32

    /// What `rank` has to print, if anything.
    public func message(for rank: Int) -> String? {
        guard let ownMessage else { return nil }
        if isAlike { return rank == 0 ? ownMessage : nil }
        return "Rank \(rank): \(ownMessage)"
    }
}
