import TensorCore

/// Collects the outline of a model while its layers are made, each inside the one it is a part of.
struct OutlineBuilder {
    /// A layer whose parts are being made.
    private struct Frame {
        let row: Int
        var own: [Parameter] = []
        var partParameterCount = 0
        var partFlops = 0
    }

    private var rows: [LayerOutline?] = []
    private var frames: [Frame] = []

    /// The layers, each before its parts; the whole model only if it has no parts.
    var outline: [LayerOutline] {
        let all = rows.compactMap { $0 }
        return all.count > 1 ? Array(all.dropFirst()) : all
    }

    /// Begins a layer: the whole model, or a part of the layer begun last.
    mutating func begin() {
        frames.append(Frame(row: rows.count))
        rows.append(nil)
    }

    /// Counts a parameter to the layer begun last.
    mutating func add(_ parameter: Parameter) {
        guard !frames.isEmpty else { return }
        frames[frames.count - 1].own.append(parameter)
    }

    /// Ends the layer begun last.
    /// - Throws: ``ModelError`` if its work is beyond any machine, and its number beyond what sums could hold.
    mutating func end(name: String, kind: String, output: Shape) throws {
        let frame = frames.removeLast()
        guard frame.own.allSatisfy({ $0.fits(output: output) }) else {
            throw ModelError(
                "Layer '\(name)' (\(kind)) takes more than \(Parameter.greatestMultiplyAdds) multiply-adds per sample; "
                    + "let it have fewer channels, a smaller kernel or a smaller image.")
        }
        let parameterCount = frame.own.reduce(frame.partParameterCount) { $0 + $1.shape.count }
        let flops = frame.own.reduce(frame.partFlops) { $0 + 2 * $1.multiplyAdds(output: output) }
        // The whole model's parts are at depth 0.
        rows[frame.row] = LayerOutline(
            name: name, kind: kind, depth: max(frames.count - 1, 0), output: output, parameterCount: parameterCount,
            flops: flops)
        guard !frames.isEmpty else { return }
        frames[frames.count - 1].partParameterCount += parameterCount
        frames[frames.count - 1].partFlops += flops
    }
}

extension Parameter {
    /// A day's work of a fast core for one sample. The sum over as many layers as a configuration can hold stays inside 64 bits.
    fileprivate static let greatestMultiplyAdds = 1 << 48

    fileprivate func fits(output: Shape) -> Bool {
        // In floating point, which does not overflow.
        let places = kind == .weight && shape.rank >= 2 && shape[0] > 0 ? output.count / shape[0] : 1
        return Double(shape.count) * Double(max(places, 1)) <= Double(Self.greatestMultiplyAdds)
    }

    /// The multiply-adds of one sample that this parameter takes part in, in a layer that gives `output`.
    fileprivate func multiplyAdds(output: Shape) -> Int {
        guard kind == .weight, shape.rank >= 2, shape[0] > 0 else { return 0 }
        return shape.count * (output.count / shape[0])
    }
}
