/// `y = (x − mean) / √(variance + ε) · weight + bias` for each channel, and on request `max(y + shortcut, 0)` (Ioffe and Szegedy
/// 2015, arXiv 1502.03167, algorithm 1). Mean and biased variance are those of the batch, or given.
///
/// With `x̂ = (x − mean) / √(variance + ε)` and `d` the gradient behind the rectifier: `dbias = Σ d`, `dweight = Σ d x̂`,
/// `dshortcut = d`, and, over the `n` values of the channel, `dx = weight / √(variance + ε) · (d − Σ d / n − x̂ · Σ d x̂ / n)`;
/// where mean and variance were given, the sums do not enter `dx`.
///
/// Loops of Apus's own: oneDNN's kernels read x once more, keep a mask for the rectifier, which they let turn NaN into 0, and know
/// no shortcut. A single value in a channel, which PyTorch refuses, has variance 0: the result is the bias, and `dx` is 0. One value
/// that is not finite makes all of its channel NaN.
final class BatchNormalizationOperation: Operation {
    static let epsilon = 1e-5

    /// What is to be done, besides normalising.
    struct Form {
        var usesBatch, relu, shortcut: Bool

        var options: Int {
            (usesBatch ? 1 : 0) + (relu ? 2 : 0) + (shortcut ? 4 : 0)
        }
    }

    /// The tensors of a call.
    struct Operands {
        let x, weight, bias: Tensor
        let shortcut: Tensor?
    }

    let name: String
    let form: Form
    private let loops: ChannelLoops
    private let channels: Int

    init(_ x: Tensor, _ form: Form) {
        self.form = form
        loops = ChannelLoops(for: x)
        channels = x.shape[x.shape.rank - 1]
        name = "batch norm" + (form.shortcut ? " + add" : "") + (form.relu ? " + relu" : "")
    }

    /// The floats that forward keeps for backward.
    var savedCount: Int {
        Coefficients.floatCount(width: loops.width)
    }

    /// Normalises by the batch. `moments` gets the means and the sums of squared differences of this batch, also where a reducer
    /// lets it normalise by those of many.
    func forward(_ operands: Operands, moments: Tensor, saved: Tensor, into y: Tensor) throws {
        let (tape, coefficients) = (operands.x.tape, Coefficients(saved, width: loops.width))
        let sums = roomForSums(on: tape.context)
        loops.moments(operands.x.memory, into: sums)
        closeRanks(of: sums)
        for channel in 0..<channels {
            let own = moment(sums, channel, count: Double(loops.countPerChannel))
            (moments.base[channel], moments.base[channels + channel]) = (Float(own.mean), Float(own.squares))
        }
        coefficients.clear()
        let count = try reduced(sums, on: tape)
        coefficients.count = count
        for channel in 0..<channels {
            let all = moment(sums, channel, count: count)
            coefficients.set(
                channel, mean: all.mean, variance: all.squares / max(count, 1), weight: operands.weight,
                bias: operands.bias)
        }
        normalize(operands, coefficients, into: y)
    }

    /// Normalises by the given mean and variance, `[channels]` each.
    func forward(_ operands: Operands, mean: Tensor, variance: Tensor, saved: Tensor, into y: Tensor) {
        let coefficients = Coefficients(saved, width: loops.width)
        coefficients.clear()
        for channel in 0..<channels {
            coefficients.set(
                channel, mean: Double(mean.base[channel]), variance: Double(variance.base[channel]),
                weight: operands.weight, bias: operands.bias)
        }
        normalize(operands, coefficients, into: y)
    }

    func backward(_ record: Record, on tape: Tape) throws {
        let (x, _, _, shortcut) = record.inputs
        guard let weight = record.inputs.1, let bias = record.inputs.2, let saved = record.saved else { return }
        let (coefficients, sums) = (Coefficients(saved, width: loops.width), roomForSums(on: tape.context))
        let dy = tape.gradient(of: record.output)
        loops.gradientSums(
            x.memory, by: coefficients.normalization(relu: form.relu),
            result: form.relu && form.shortcut ? record.output.memory : nil, gradient: dy, into: sums)
        closeRanks(of: sums)
        try tape.withGradient(of: bias) { for channel in 0..<channels { $0[channel] = Float(sums[channel]) } }
        try tape.withGradient(of: weight) {
            for channel in 0..<channels {
                $0[channel] = Float(sums[channels + channel] * Double(coefficients.inverseDeviation[channel]))
            }
        }
        if form.usesBatch { try keepSlopes(sums, coefficients, on: tape) }
        try passInputGradient(record, coefficients, dy, x, shortcut, on: tape)
    }

    /// Where nothing else needs `dy` any more, `dx` takes its place.
    private func passInputGradient(
        _ record: Record, _ coefficients: Coefficients, _ dy: UnsafeMutablePointer<Float>, _ x: Tensor,
        _ shortcut: Tensor?, on tape: Tape
    ) throws {
        // With a shortcut, dy has the rectifier behind it already.
        let by = coefficients.normalization(relu: form.relu && !form.shortcut)
        func write(_ dx: UnsafeMutablePointer<Float>) {
            loops.gradient(
                x.memory, by: by, dy, meanGradient: coefficients.meanGradient, slope: coefficients.slope, into: dx)
        }
        if let shortcut {
            try tape.withGradientMemory(of: x, write)
            try tape.passGradient(from: record.output, to: shortcut)
        } else if x.needsGradient {
            write(dy)
            try tape.passGradient(from: record.output, to: x)
        }
    }

    /// Keeps `Σ d / n` and `Σ d x̂ / n`, the latter as what belongs to `x − mean`; with a reducer, over all batches.
    private func keepSlopes(
        _ sums: UnsafeMutablePointer<Double>, _ coefficients: Coefficients, on tape: Tape
    ) throws {
        _ = try reduced(sums, on: tape)
        let count = max(coefficients.count, 1)
        for channel in 0..<channels {
            let inverse = Double(coefficients.inverseDeviation[channel])
            coefficients.meanGradient[channel] = Float(sums[channel] / count)
            coefficients.slope[channel] = Float(sums[channels + channel] * inverse * inverse / count)
        }
    }

    private func normalize(_ operands: Operands, _ coefficients: Coefficients, into y: Tensor) {
        loops.normalize(
            operands.x.memory, by: coefficients.normalization(relu: form.relu), shortcut: operands.shortcut?.memory,
            into: y.memory)
    }

    /// Room for the sums of the loops and a count behind them; valid until the next use of the context's scratch memory.
    private func roomForSums(on context: ExecutionContext) -> UnsafeMutablePointer<Double> {
        context.scratch((loops.sumsCount + 1) * MemoryLayout<Double>.stride).assumingMemoryBound(to: Double.self)
    }

    /// Moves the second sums to just behind the first, over the padding.
    private func closeRanks(of sums: UnsafeMutablePointer<Double>) {
        (sums + channels).update(from: sums + loops.width, count: channels)
    }

    /// The sums over all batches, in place, if there is a reducer; returns the number of values in each channel.
    private func reduced(_ sums: UnsafeMutablePointer<Double>, on tape: Tape) throws -> Double {
        sums[2 * channels] = Double(loops.countPerChannel)
        try tape.statisticsReducer?(UnsafeMutableBufferPointer(start: sums, count: 2 * channels + 1))
        return sums[2 * channels]
    }

    /// Mean and sum of squared differences. Sums of squares in Double lose nothing that Float could hold; what rounding leaves below
    /// zero is zero, but NaN stays.
    private func moment(
        _ sums: UnsafeMutablePointer<Double>, _ channel: Int, count: Double
    ) -> (mean: Double, squares: Double) {
        let mean = sums[channel] / max(count, 1)
        let squares = sums[channels + channel] - sums[channel] * mean
        return (mean, squares < 0 ? 0 : squares)
    }
}
