import Reports

/// Where the time of a step goes, in seconds, the mean over the ranks.
public struct ScalingSeconds: Codable, Equatable, Sendable {
    /// Gathering the samples.
    public var data = 0.0
    /// Forward and backward pass.
    public var compute = 0.0
    /// Waiting for ranks that are still computing.
    public var waiting = 0.0
    /// Summing the gradients over the ranks.
    public var transfer = 0.0
    /// The update of the parameters.
    public var optimizer = 0.0
    /// All the rest of the loop.
    public var rest = 0.0

    /// No time at all.
    init() {}

    /// A rank's times of `steps` steps.
    init(_ times: PhaseTimes, steps: Int) {
        let parts = times.stepSeconds
        let perStep = { (seconds: Double) in seconds / Double(steps) }
        data = perStep(parts.data)
        compute = perStep(parts.forward + parts.backward)
        waiting = perStep(parts.waiting)
        transfer = perStep(parts.communication)
        optimizer = perStep(parts.optimizer)
        rest = perStep(times.loopSeconds) - (data + compute + waiting + transfer + optimizer)
    }

    /// The mean of the ranks' figures, as ``values`` has them.
    init(meanOf ranks: [[Double]]) {
        let mean = { (part: Int) in ranks.reduce(0) { $0 + $1[part] } / Double(ranks.count) }
        (data, compute, waiting) = (mean(0), mean(1), mean(2))
        (transfer, optimizer, rest) = (mean(3), mean(4), mean(5))
    }

    /// In the order of declaration.
    var values: [Double] {
        [data, compute, waiting, transfer, optimizer, rest]
    }
}
