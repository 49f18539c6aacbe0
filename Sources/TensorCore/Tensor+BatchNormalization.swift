extension Tensor {
    /// This tensor, `[batch, features]` or `[batch, height, width, channels]`, normalised by the mean and the biased variance of each
    /// channel, then scaled and shifted: `(x − mean) / √(variance + 1e-5) · weight + bias`. With ``Tape/statisticsReducer`` by those
    /// of all batches that it sums over.
    /// - Parameters:
    ///   - weight: `[channels]`.
    ///   - bias: `[channels]`.
    ///   - shortcut: a tensor of the same shape to be added in the same pass over memory.
    ///   - relu: whether negative results become 0.
    /// - Returns: the result, and of this batch alone `[2, channels]`, the means and the sums of squared differences from them.
    /// - Throws: ``OneDNNError``, and what the reducer throws.
    public func batchNormalized(
        _ weight: Tensor, _ bias: Tensor, shortcut: Tensor? = nil, relu: Bool = false
    ) throws -> (output: Tensor, moments: Tensor) {
        let call = try NormalizationCall(self, weight, bias, shortcut, relu: relu, usesBatch: true)
        let moments = tape.allocate(Shape(2, weight.shape.count), needsGradient: false)
        try tape.measure(call.operation.name + " forward") {
            try call.operation.forward(call.operands, moments: moments, saved: call.saved, into: call.output)
        }
        call.record()
        return (call.output, moments)
    }

    /// The same by a given mean and variance, `[channels]` each, which get no gradient.
    /// - Throws: ``OneDNNError``.
    public func normalized(
        mean: Tensor, variance: Tensor, _ weight: Tensor, _ bias: Tensor, shortcut: Tensor? = nil, relu: Bool = false
    ) throws -> Tensor {
        requireShapes(
            mean.shape == weight.shape && variance.shape == weight.shape, "batch norm", mean.shape, weight.shape)
        let call = try NormalizationCall(self, weight, bias, shortcut, relu: relu, usesBatch: false)
        tape.measure(call.operation.name + " forward") {
            call.operation.forward(
                call.operands, mean: mean, variance: variance, saved: call.saved, into: call.output)
        }
        call.record()
        return call.output
    }
}

/// What both ways of normalising have in common.
private struct NormalizationCall {
    let operation: BatchNormalizationOperation
    let operands: BatchNormalizationOperation.Operands
    let output: Tensor
    let saved: Tensor

    init(
        _ input: Tensor, _ weight: Tensor, _ bias: Tensor, _ shortcut: Tensor?, relu: Bool, usesBatch: Bool
    ) throws {
        let (shape, tape) = (input.shape, input.tape)
        requireShapes(
            (shape.rank == 2 || shape.rank == 4) && weight.shape == Shape(shape[shape.rank - 1]), "batch norm", shape,
            weight.shape)
        requireShapes(bias.shape == weight.shape, "batch norm", bias.shape, weight.shape)
        if let shortcut { requireShapes(shortcut.shape == shape, "batch norm + add", shape, shortcut.shape) }
        let x = try input.byChannels()
        let form = BatchNormalizationOperation.Form(usesBatch: usesBatch, relu: relu, shortcut: shortcut != nil)
        let key = OperationKey(
            BatchNormalizationOperation.self, shape, options: form.options, layouts: x.layout)
        operation = tape.context.operation(key) { BatchNormalizationOperation(x, form) }
        operands = .init(x: x, weight: weight, bias: bias, shortcut: try shortcut?.laidOut(x.layout))
        let needsGradient =
            x.needsGradient || weight.needsGradient || bias.needsGradient || shortcut?.needsGradient ?? false
        output = tape.allocate(like: x, needsGradient: needsGradient)
        saved = tape.allocate(Shape(operation.savedCount), needsGradient: false)
    }

    func record() {
        output.tape.record(
            operation, operands.x, operands.weight, operands.bias, operands.shortcut, output: output, saved: saved)
    }
}
