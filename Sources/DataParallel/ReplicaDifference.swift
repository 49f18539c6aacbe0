import Communication

/// Ranks that hold different numbers where all should hold the same.
public struct ReplicaDifference: Equatable, Sendable {
    /// The first parameter or buffer that differs, in declared order.
    public let name: String

    /// The ranks that differ from the majority; empty if there is no majority.
    public let oddRanks: [Int]

    /// The ranks by what they hold, each group in ascending order, the groups by their first ranks.
    public let groups: [[Int]]

    /// nil if the `hashes` of what the ranks hold, in rank order, are all the same.
    init?(of name: String, hashes: [Int64]) {
        var kinds: [Int64] = []
        for hash in hashes where !kinds.contains(hash) { kinds.append(hash) }
        guard kinds.count > 1 else { return nil }
        self.name = name
        groups = kinds.map { kind in hashes.indices.filter { hashes[$0] == kind } }
        let majority = groups.first { $0.count * 2 > hashes.count }
        oddRanks = majority.map { majority in hashes.indices.filter { !majority.contains($0) } } ?? []
    }

    /// Such as "rank 2 holds another '1.weight' than all other ranks".
    public var sentence: String {
        guard let first = oddRanks.first else {
            return "'\(name)' differs, \(groups.map(RankList.named).joined(separator: " against "))"
        }
        return oddRanks.count == 1
            ? "rank \(first) holds another '\(name)' than all other ranks"
            : "\(RankList.named(oddRanks)) hold another '\(name)' than the majority of ranks"
    }
}
