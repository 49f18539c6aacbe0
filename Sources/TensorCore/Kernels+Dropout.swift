import CKernels

// Loops of dropout.
extension Kernels {
    /// Fills `mask`, `elements` bytes per sample, with 0 for what is dropped and 1 for what is kept.
    ///
    /// Element e of sample s is dropped if word e / q of `random.words(s · 2³² + e % q)` is less than `droppedBelow`, with q a quarter
    /// of the elements, rounded up: so neighbours come from counters that follow each other.
    static func dropoutMask(
        _ mask: UnsafeMutablePointer<UInt8>, samples: UnsafeBufferPointer<Int32>, elements: Int,
        random: CounterRandom, droppedBelow: UInt32, on context: ExecutionContext
    ) {
        var sequence = kernel_random(key: random.key, stream: random.stream)
        kernel_dropout_mask(
            mask, samples.baseAddress, samples.count, elements, &sequence, droppedBelow,
            Int32(clamping: context.threadCount))
    }

    /// `result[i] = source[i] · scale` where the mask is 1, else `source[i] · 0`.
    static func dropout(
        _ source: UnsafePointer<Float>, mask: UnsafePointer<UInt8>, scale: Float,
        into result: UnsafeMutablePointer<Float>, count: Int, on context: ExecutionContext
    ) {
        kernel_dropout(result, source, mask, scale, count, Int32(clamping: context.threadCount))
    }
}
