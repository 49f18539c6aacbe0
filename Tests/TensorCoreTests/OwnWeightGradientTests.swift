import CKernels
import Testing

@testable import TensorCore

/// Which convolutions take loops of Apus's own.
@Suite struct OwnWeightGradientTests {
    private func kernels(_ sizes: ConvolutionSizes) throws -> (ConvolutionKernels, ExecutionContext) {
        let context = try ExecutionContext()
        return (try ConvolutionKernels(sizes, gradients: (source: false, weight: true), on: context), context)
    }

    private func sizes(
        _ channels: Int, _ outputs: Int, side: Int = 14, kernel: (Int, Int) = (3, 3), stride: Int = 1
    ) -> ConvolutionSizes {
        ConvolutionSizes(
            source: [12, side, side, channels], weight: [outputs, channels, kernel.0, kernel.1],
            window: Window(stride: stride, padding: 1), bias: false)
    }

    @Test(
        .enabled(if: OneDNN.hasAVX2 && !OneDNN.hasAVX512 && kernel_blocked_is_available() != 0, "for AVX2"),
        arguments: [(16, 16, 28, 1), (16, 32, 28, 2), (64, 64, 7, 1)])
    func convolution_wholeBlocks_takesThemAndHasTheBitsOfOneDNN(
        channels: Int, outputs: Int, side: Int, stride: Int
    ) throws {
        let sizes = sizes(channels, outputs, side: side, stride: stride)
        let (chosen, context) = try kernels(sizes)
        guard case .own(let own) = try #require(chosen.weightGradient) else {
            Issue.record("oneDNN's kernel was chosen")
            return
        }
        let theirs = try ConvolutionKernel(.weightGradient, sizes, .any, context)
        try #require(theirs.primitive.implementation == "jit:avx2")
        try #require(theirs.source === own.source && theirs.destination === own.destination)
        var (x, dy) = (randomFloats("x", sizes.source.count), randomFloats("dy", sizes.destination.count))
        var found = [Float](repeating: .nan, count: sizes.weight.count)
        var (packed, expected) = ([Float](repeating: .nan, count: theirs.weightCount), found)
        own.run(on: context, source: x, dy: dy, dw: &found, db: nil)
        try theirs.primitive.run(on: context, &x, &packed, &dy)
        try theirs.reorderWeights(on: Tape(context: context), from: &packed, to: &expected)
        #expect(found == expected)
    }

    @Test func convolution_noLoopsForItsSizes_takesOneDNN() throws {
        let refused = [
            sizes(16, 24), sizes(12, 16), sizes(16, 16, kernel: (1, 1)), sizes(16, 16, kernel: (3, 5)),
            sizes(16, 16, kernel: (7, 7)), sizes(1, 16, kernel: (1, 1)), sizes(1, 16, kernel: (3, 5)),
        ]
        for sizes in refused {
            let chosen = try kernels(sizes).0
            #expect(chosen.weightGradient?.ofOneDNN != nil, "\(sizes.source) by \(sizes.weight)")
        }
    }

    @Test(arguments: [1, 16]) func convolution_ofBFloat16_takesOneDNN(channels: Int) throws {
        var sizes = sizes(channels, 16)
        let (chosen, context) = try kernels(sizes)
        sizes.operands = .bfloat16
        #expect(OwnWeightGradient(sizes, beside: chosen.forward, on: context) == nil)
    }
}
