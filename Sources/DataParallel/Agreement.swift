public import Communication

/// Checks that all ranks are about to do the same thing.
public enum Agreement {
    /// Compares `items` over all ranks.
    /// - Throws: ``DisagreementError`` on every rank if one item differs, naming the item and who has what.
    public static func check(_ items: [(name: String, value: String)], over communicator: any Communicator) throws {
        for item in items {
            // Collective: all ranks must reach this, and all see the same values.
            let values = try communicator.allGather(item.value)
            if let different = values.firstIndex(where: { $0 != values[0] }) {
                throw DisagreementError(
                    item: item.name, rank: different, value: values[different], rankZeroValue: values[0])
            }
        }
    }
}

/// Two ranks that were started with different settings.
public struct DisagreementError: Error, Equatable, CustomStringConvertible {
    let item: String
    let rank: Int
    let value: String
    let rankZeroValue: String

    /// The disagreement of the ranks with the number of ranks that was asked for.
    public init(expectedWorldSize: Int, size: Int) {
        (item, rank, value, rankZeroValue) = ("number of ranks", 0, "\(size)", "\(expectedWorldSize)")
    }

    public var description: String {
        "The ranks disagree about the \(item): rank 0 has \(rankZeroValue.prefix(80)), "
            + "rank \(rank) has \(value.prefix(80))."
    }
}
