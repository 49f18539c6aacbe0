extension String {
    /// The candidate that a slip of the fingers would turn into this word, if one is near enough.
    func nearest(in candidates: [String]) -> String? {
        let scored = candidates.map { (name: $0, distance: lowercased().editDistance(to: $0.lowercased())) }
        guard let best = scored.min(by: { $0.distance < $1.distance }), best.distance <= 1 + count / 5 else {
            return nil
        }
        return best.name
    }

    /// The Levenshtein distance: how many characters to insert, delete or replace.
    private func editDistance(to other: String) -> Int {
        let target = Array(other)
        var row = Array(0...target.count)
        for (i, character) in enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in target.indices {
                let substitution = diagonal + (character == target[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = Swift.min(substitution, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[target.count]
    }
}

extension [String] {
    /// `a, b or c`.
    func listed(_ conjunction: String) -> String {
        guard let last, count > 1 else { return first ?? "" }
        return dropLast().joined(separator: ", ") + " \(conjunction) \(last)"
    }
}
