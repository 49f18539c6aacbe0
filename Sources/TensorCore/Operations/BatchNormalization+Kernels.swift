// The kernel limit has oneDNN's own kernels, one for each part of what our loops do at once.
extension BatchNormalizationOperation {
    func kernels(for record: Record, on tape: Tape) throws -> [KernelChoice] {
        guard record.output.shape.count > 0 else { return [] }
        let (context, count) = (tape.context, record.output.memoryCount)
        var choices = try KernelChoice.batchNormalization(
            record.inputs.0.descriptor(), relu: form.relu && !form.shortcut, on: context)
        guard form.shortcut else { return choices }
        choices += try KernelChoice.addition(count: count, on: context)
        if form.relu { choices += try KernelChoice.rectifier(count: count, on: context) }
        return choices
    }
}
