/// Lists of ranks as sentences have them: long enough to look into, short enough for a line.
package enum RankList {
    private static let longest = 8

    /// "rank 2", "ranks 0, 1 and 2", "ranks 0, 1, … 7 and 92 more".
    package static func named(_ ranks: [Int]) -> String {
        ranks.count == 1 ? "rank \(ranks[0])" : "ranks \(listed(ranks))"
    }

    /// "1", "1 and 2", "1, 2 and 3".
    package static func listed(_ numbers: [Int]) -> String {
        guard numbers.count <= longest else {
            let shown = numbers.prefix(longest).map(String.init).joined(separator: ", ")
            return "\(shown) and \(numbers.count - longest) more"
        }
        guard let last = numbers.last, numbers.count > 1 else { return numbers.first.map(String.init) ?? "" }
        return numbers.dropLast().map(String.init).joined(separator: ", ") + " and \(last)"
    }
}
