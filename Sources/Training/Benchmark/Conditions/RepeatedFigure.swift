/// One figure, measured several times.
struct RepeatedFigure: Equatable, Sendable {
    private(set) var values: [Double] = []

    /// What has been measured so far.
    init(_ values: [Double] = []) {
        self.values = values
    }

    mutating func append(_ value: Double) {
        values.append(value)
    }

    /// The middle of the values, or the mean of the two in the middle; 0 of none.
    var median: Double {
        quantile(0.5)
    }

    /// Largest less smallest, as a share of the median.
    var spread: Double {
        share((values.max() ?? 0) - (values.min() ?? 0))
    }

    /// What the middle half of the values spans, as a share of the median: a single outlier does not move it.
    var middleSpread: Double {
        share(quantile(0.75) - quantile(0.25))
    }

    /// The index of a value in the middle, the lower of two.
    var indexOfMedian: Int? {
        guard !values.isEmpty else { return nil }
        return values.indices.sorted { values[$0] < values[$1] }[(values.count - 1) / 2]
    }

    /// Each value over that of the same repeat in `other`, because a processor's clock drifts from repeat to repeat.
    func pairwise(over other: RepeatedFigure) -> RepeatedFigure {
        RepeatedFigure(zip(values, other.values).map { $0 / $1 })
    }

    /// Linear between the neighbours in order.
    private func quantile(_ part: Double) -> Double {
        guard !values.isEmpty else { return 0 }
        let sorted = values.sorted()
        let place = part * Double(sorted.count - 1)
        let below = Int(place)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
    }

    private func share(_ difference: Double) -> Double {
        median == 0 ? 0 : difference / median
    }
}
