/// Count, mean and sum of squared differences from the mean of some numbers; what is known of numbers seen in pieces.
public struct Moments: Equatable, Sendable {
    /// How many numbers.
    public var count: Double

    /// Their mean; 0 of none.
    public var mean: Double

    /// `Σ (x − mean)²`.
    public var squares: Double

    /// The moments of no numbers, or those given.
    public init(count: Double = 0, mean: Double = 0, squares: Double = 0) {
        self.count = count
        self.mean = mean
        self.squares = squares
    }

    /// The moments of these and the other numbers together (Chan, Golub and LeVeque 1983, "Algorithms for computing the sample
    /// variance", equation 2.1). Neither sum is of raw squares, so nothing is lost where the mean is large beside the deviation.
    public func combined(with other: Moments) -> Moments {
        if other.count == 0 { return self }
        if count == 0 { return other }
        let total = count + other.count
        let distance = other.mean - mean
        return Moments(
            count: total, mean: mean + distance * (other.count / total),
            squares: squares + other.squares + distance * distance * (count * other.count / total))
    }

    /// `squares / (count − 1)`, the estimate of the variance of what the numbers were drawn from; nil of less than two.
    public var unbiasedVariance: Double? {
        count > 1 ? squares / (count - 1) : nil
    }
}
