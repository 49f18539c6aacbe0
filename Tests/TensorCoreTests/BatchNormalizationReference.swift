@testable import TensorCore

/// Batch normalisation in Double, straight from the formulas: the plain counterpart of what is tested.
struct BatchNormalizationReference {
    let channels: Int
    let x, weight, bias, shortcut: [Double]
    let relu: Bool
    /// Mean and variance that are given instead of those of the batch.
    var given: (mean: [Double], variance: [Double])?

    init(
        channels: Int, x: [Float], weight: [Float], bias: [Float], shortcut: [Float]?, relu: Bool,
        given: (mean: [Float], variance: [Float])? = nil
    ) {
        self.channels = channels
        self.x = x.map(Double.init)
        self.weight = weight.map(Double.init)
        self.bias = bias.map(Double.init)
        self.shortcut = shortcut?.map(Double.init) ?? x.map { _ in 0 }
        self.relu = relu
        self.given = given.map { ($0.mean.map(Double.init), $0.variance.map(Double.init)) }
    }

    struct Gradients {
        var x, weight, bias, shortcut: [Double]
    }

    private func mean(_ channel: Int, _ value: (Int) -> Double) -> Double {
        let places = stride(from: channel, to: x.count, by: channels)
        return places.reduce(0) { $0 + value($1) } / Double(max(1, x.count / channels))
    }

    var means: [Double] {
        given?.mean ?? (0..<channels).map { mean($0) { x[$0] } }
    }

    var squares: [Double] {
        let means = means
        return (0..<channels).map { c in
            mean(c) { (x[$0] - means[c]) * (x[$0] - means[c]) } * Double(x.count / channels)
        }
    }

    private var inverseDeviations: [Double] {
        let variances = given?.variance ?? squares.map { $0 / Double(max(1, x.count / channels)) }
        return variances.map { 1 / ($0 + 1e-5).squareRoot() }
    }

    var output: [Double] {
        let (means, inverses) = (means, inverseDeviations)
        return x.indices.map { index in
            let c = index % channels
            let y = (x[index] - means[c]) * inverses[c] * weight[c] + bias[c] + shortcut[index]
            return relu && y < 0 ? 0 : y
        }
    }

    func gradients(_ upstream: [Float]) -> Gradients {
        let (means, inverses, y) = (means, inverseDeviations, output)
        let d = x.indices.map { relu && y[$0] <= 0 ? 0 : Double(upstream[$0]) }
        func normalized(_ index: Int) -> Double {
            (x[index] - means[index % channels]) * inverses[index % channels]
        }
        let meanGradients = (0..<channels).map { mean($0) { d[$0] } }
        let slopes = (0..<channels).map { mean($0) { d[$0] * normalized($0) } }
        let count = Double(x.count / max(1, channels))
        let dx = x.indices.map { index in
            let c = index % channels
            let inner = given == nil ? d[index] - meanGradients[c] - normalized(index) * slopes[c] : d[index]
            return inner * weight[c] * inverses[c]
        }
        return Gradients(
            x: dx, weight: slopes.map { $0 * count }, bias: meanGradients.map { $0 * count }, shortcut: d)
    }
}
