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
    /// One full sentence that names what differs and who has what.
    public let description: String

    init(item: String, rank: Int, value: String, rankZeroValue: String) {
        description =
            "The ranks disagree about the \(item): " + Self.firstDifference(rank, value, rankZeroValue)
    }

    /// The disagreement of the ranks with the number of ranks that was asked for.
    public init(expectedWorldSize: Int, size: Int) {
        description =
            "\(expectedWorldSize) rank\(expectedWorldSize == 1 ? " was" : "s were") expected, but this job has \(size): "
            + "see whether the launcher and the program use the same MPI."
    }

    /// The first line that differs: a configuration has many, and the reader wants that one.
    private static func firstDifference(_ rank: Int, _ value: String, _ rankZeroValue: String) -> String {
        let mine = value.split(separator: "\n", omittingEmptySubsequences: false)
        let zero = rankZeroValue.split(separator: "\n", omittingEmptySubsequences: false)
        let line =
            zip(mine, zero).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(mine.count, zero.count)
        func text(_ lines: [Substring]) -> String {
            line < lines.count ? "'\(lines[line].drop { $0 == " " })'" : "nothing more"
        }
        return "rank 0 has \(text(zero)), rank \(rank) has \(text(mine))."
    }
}
