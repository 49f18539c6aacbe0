import Communication

/// What of a step is infinite or not a number, and on which ranks.
public struct NonFinite: Equatable, Sendable {
    /// The parts of a step that are looked at, in this order.
    public enum Place: Equatable, Sendable {
        case loss
        /// What batch normalisation saw.
        case statistics
        /// The gradient of this parameter.
        case gradient(String)
    }

    /// What is not finite on the first of ``ranks``; without ranks, what their sum is not.
    public let place: Place

    /// The ranks whose own part is not finite. Empty if each rank's is, and only their sum is too large.
    public let ranks: [Int]

    /// The samples, as indices into the dataset, that the first of ``ranks`` had in this step; all ranks' if there is none.
    public let samples: [Int]

    /// Such as "the loss is not finite on rank 2, which had the samples 5 and 17".
    public var sentence: String {
        guard let first = ranks.first else {
            return "the ranks' sum of \(subject) is not finite, though each rank's part is"
        }
        let place = ranks.count == 1 ? "rank \(first), which" : "\(RankList.named(ranks)); rank \(first)"
        return "\(subject) is not finite on \(place) had \(Self.described(samples))"
    }

    /// The place in words.
    public var subject: String {
        switch place {
        case .loss: "the loss"
        case .statistics: "a batch statistic"
        case .gradient(let name): "the gradient of '\(name)'"
        }
    }

    private static func described(_ samples: [Int]) -> String {
        switch samples.count {
        case 0: "no samples"
        case 1: "the sample \(samples[0])"
        default: "the samples \(RankList.listed(samples))"
        }
    }
}
