import CKernels

extension BatchNormalizationOperation {
    /// What forward keeps for backward: numbers for every channel, those included that only pad the last block, which are 0, so that
    /// padding stays 0.
    struct Coefficients {
        private let base: UnsafeMutablePointer<Float>
        private let width: Int

        /// Coefficients in the memory of a tensor of ``floatCount(width:)`` elements.
        init(_ saved: Tensor, width: Int) {
            base = saved.base
            self.width = width
        }

        static func floatCount(width: Int) -> Int {
            6 * width + 1
        }

        var mean: UnsafeMutablePointer<Float> { base }
        var scale: UnsafeMutablePointer<Float> { base + width }
        var shift: UnsafeMutablePointer<Float> { base + 2 * width }
        var inverseDeviation: UnsafeMutablePointer<Float> { base + 3 * width }
        var meanGradient: UnsafeMutablePointer<Float> { base + 4 * width }
        var slope: UnsafeMutablePointer<Float> { base + 5 * width }

        /// The values in each channel over which mean and variance were taken, as float32.
        var count: Double {
            get { Double(base[6 * width]) }
            nonmutating set { base[6 * width] = Float(newValue) }
        }

        func clear() {
            base.update(repeating: 0, count: Self.floatCount(width: width))
        }

        func set(_ channel: Int, mean newMean: Double, variance: Double, weight: Tensor, bias: Tensor) {
            let inverse = 1 / (variance + BatchNormalizationOperation.epsilon).squareRoot()
            mean[channel] = Float(newMean)
            inverseDeviation[channel] = Float(inverse)
            scale[channel] = Float(Double(weight.base[channel]) * inverse)
            shift[channel] = bias.base[channel]
        }

        /// For the loops; with the rectifier, where they are to apply it or to tell anew where it let nothing through.
        func normalization(relu: Bool) -> kernel_normalization {
            kernel_normalization(mean: mean, scale: scale, shift: shift, relu: relu ? 1 : 0)
        }
    }
}
