public import NeuralNetwork

/// The weight decay `λ` of every parameter: one factor, or none for the parameters that decay is kept from.
///
/// Neighbours of equal decay form one run of the flat storage, so that an optimizer makes few passes, each over contiguous memory.
public struct WeightDecay: Sendable {
    /// `λ` where there is decay.
    public let factor: Float

    private let runs: [Run]

    private struct Run {
        let start: Int
        let factor: Float
    }

    /// The same decay on all parameters.
    public init(_ factor: Float) {
        self.factor = factor
        runs = [Run(start: 0, factor: factor)]
    }

    /// Decay on the parameters of `model` but those of the kinds in `exempt`.
    public init(_ factor: Float, of model: Model, exceptOn exempt: Set<Parameter.Kind>) {
        self.factor = factor
        // The gaps between parameters hold zeros, on which decay does nothing: they go with what stands before them.
        runs = model.parameters.reduce(into: []) { runs, parameter in
            let own = exempt.contains(parameter.kind) ? 0 : factor
            guard runs.last?.factor != own else { return }
            runs.append(Run(start: runs.isEmpty ? 0 : parameter.range.lowerBound, factor: own))
        }
    }

    /// No decay.
    public static var none: WeightDecay { WeightDecay(0) }

    /// Calls `body` with the parts of `range`, in order, and the decay of each; allocates nothing.
    @inline(__always)
    func forEachRun(in range: Range<Int>, _ body: (_ part: Range<Int>, _ factor: Float) -> Void) {
        for index in runs.indices {
            let end = index + 1 < runs.count ? runs[index + 1].start : .max
            let part = (runs[index].start..<end).clamped(to: range)
            if !part.isEmpty { body(part, runs[index].factor) }
        }
    }
}
