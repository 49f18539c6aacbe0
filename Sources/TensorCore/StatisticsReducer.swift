/// Sums numbers in place over all who normalise by common statistics, such as the ranks of a job. All of them must call it equally
/// often, also those without samples.
public typealias StatisticsReducer = (UnsafeMutableBufferPointer<Double>) throws -> Void
