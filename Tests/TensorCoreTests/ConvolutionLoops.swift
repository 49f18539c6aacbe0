import CKernels
import Testing

@testable import TensorCore

/// Sizes for the loops that compute weight gradients of convolutions.
struct ConvolutionLoops: CustomTestStringConvertible, Sendable {
    let images, height, width: Int
    var channels = 1
    let outputs, kernel, stride, padding: Int

    struct Gradients: Equatable {
        var weights, bias: [Float]
    }

    var reference: ConvolutionReference {
        ConvolutionReference(
            input: [images, height, width, channels], weight: [outputs, channels, kernel, kernel], stride: stride,
            padding: padding)
    }

    var sizes: kernel_convolution {
        let output = reference.output
        return kernel_convolution(
            images: images, height: height, width: width, channels: channels, rows: output[1], columns: output[2],
            outputs: outputs, kernel: kernel, stride: stride, padding: padding)
    }

    /// The pixels of a result.
    var pixels: Int { reference.output[1] * reference.output[2] }

    var testDescription: String {
        "\(images) of \(height) × \(width) × \(channels) → \(outputs), \(kernel) × \(kernel), stride \(stride), padding \(padding)"
    }

    typealias Compute = (
        _ sizes: UnsafePointer<kernel_convolution>, _ scratch: UnsafeMutableRawPointer,
        _ weights: UnsafeMutablePointer<Float>, _ bias: UnsafeMutablePointer<Float>
    ) -> Void

    /// What `compute` leaves, with scratch that is not cleared.
    func gradients(
        scratch bytes: (UnsafePointer<kernel_convolution>) -> Int, _ compute: Compute
    ) -> Gradients {
        var sizes = sizes
        var scratch = [Double](repeating: .nan, count: bytes(&sizes) / 8 + 1)
        var found = Gradients(
            weights: Array(repeating: .nan, count: reference.weight.count),
            bias: Array(repeating: .nan, count: outputs))
        compute(&sizes, &scratch, &found.weights, &found.bias)
        return found
    }

    typealias Run = (_ x: [Float], _ dy: [Float], _ threads: Int32) -> Gradients

    /// What `run` makes of random images and upstream gradients, against the plain loops in double.
    func expectReference(threads: Int32, _ run: Run) {
        let (x, dy) = operands
        let weights = [Double](repeating: 0, count: reference.weight.count)
        let expected = reference.gradients(x.map(Double.init), weights, upstream: dy.map(Double.init))
        let found = run(x, dy, threads)
        expectClose(found.weights, expected.weight, tolerance: 1e-4, "weights")
        expectClose(found.bias, expected.bias, tolerance: 1e-4, "bias")
    }

    /// That `run` makes the same of random operands on any number of threads.
    func expectSameBitsOnThreads(_ run: Run) {
        // Less is done on one thread.
        #expect(images * pixels * outputs >= 1 << 15)
        let (x, dy) = operands
        let one = run(x, dy, 1)
        for threads: Int32 in [2, 3, 40] { #expect(run(x, dy, threads) == one) }
    }

    private var operands: (x: [Float], dy: [Float]) {
        (randomFloats("x", reference.input.count), randomFloats("dy", reference.output.count))
    }
}

/// Images `[batch, height, width, channels]` of so many pixels in blocks of eight channels, the last padded with zeros.
func inBlocks(_ values: [Float], channels: Int, pixels: Int) -> [Float] {
    let blocks = (channels + 7) / 8
    var blocked = [Float](repeating: 0, count: values.count / channels * blocks * 8)
    for (index, value) in values.enumerated() {
        let (channel, pixel) = (index % channels, index / channels)
        let row = (pixel / pixels * blocks + channel / 8) * pixels + pixel % pixels
        blocked[row * 8 + channel % 8] = value
    }
    return blocked
}
