/// How the losses of a batch become one number. The names are PyTorch's.
public enum LossReduction: Hashable, Sendable {
    /// They stay as they are.
    case none

    /// Their sum.
    case sum

    /// Their mean; NaN if there are none.
    case mean

    /// Their sum over a number of one's own: the global number of samples of a step, of which the batch may be a part.
    case sumOver(Float)

    /// What the sum of `count` losses is divided by.
    func divisor(_ count: Int) -> Float {
        switch self {
        case .none, .sum: 1
        case .mean: Float(count)
        case .sumOver(let divisor): divisor
        }
    }
}
