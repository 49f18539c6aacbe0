/// The element loops that make a batch of pixels.
enum PixelKernel {
    /// `output[i] = Float(input[i]) / 255`; a division, because multiplying by 1/255 rounds 126 of the 256 values otherwise.
    static func unitInterval(
        _ input: UnsafePointer<UInt8>, _ output: UnsafeMutablePointer<Float>, count: Int
    ) {
        for index in 0..<count { output[index] = Float(input[index]) / 255 }
    }
}
