import Testing

/// Expects the same steps, and at each of them values that agree to 1e-5: the order of additions in Float is all that
/// differs between numbers of ranks.
func expectClose(
    _ values: [Int: Double], _ expected: [Int: Double], _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(
        !expected.isEmpty && values.keys.sorted() == expected.keys.sorted(), "\(what)", sourceLocation: sourceLocation)
    for (step, value) in values {
        guard let other = expected[step] else { continue }
        #expect(
            abs(value - other) <= 1e-5 * abs(other), "\(what) of step \(step): \(value), \(other)",
            sourceLocation: sourceLocation)
    }
}
