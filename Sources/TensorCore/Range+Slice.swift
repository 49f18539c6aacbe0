extension Range<Int> {
    /// Part `index` of this range cut into `count` consecutive parts: `[index·m/count, (index + 1)·m/count)` of its m
    /// elements, by integer division.
    ///
    /// The parts are disjoint, in order and complete for every m and `count`, and differ by at most one element; with fewer
    /// elements than parts some are empty. Every cut of a step goes through here: among ranks, among logical shards, and the
    /// shards among ranks.
    public func slice(_ index: Int, of count: Int) -> Range<Int> {
        guard index >= 0, index < count else {
            fatalError("Slice \(index) of \(count) was asked for.")
        }
        let total = upperBound - lowerBound
        return lowerBound + index * total / count..<lowerBound + (index + 1) * total / count
    }
}
