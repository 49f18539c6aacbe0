/// How long a job of a scaling benchmark measures.
public enum BenchmarkLength: Equatable, Sendable {
    /// As many steps as take about so long.
    case seconds(Double)
    /// So many steps: on any number of ranks the same, so that the results can be compared.
    case steps(Int)
}
