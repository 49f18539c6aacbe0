import CKernels
import Testing

@testable import TensorCore

/// The loops for images in blocks of eight channels themselves, which convolutions use where oneDNN has AVX2 but no AVX-512.
@Suite(.enabled(if: kernel_blocked_is_available() != 0, "the processor has no fused multiplication"))
struct BlockedWeightGradientTests {
    typealias Case = ConvolutionLoops

    /// No image, one, and more than are summed at a time; one block and several; windows that never touch the image.
    static let cases =
        [
            Case(images: 1, height: 3, width: 3, channels: 8, outputs: 16, kernel: 3, stride: 1, padding: 0),
            Case(images: 0, height: 5, width: 4, channels: 8, outputs: 16, kernel: 3, stride: 1, padding: 1),
            Case(images: 35, height: 7, width: 10, channels: 24, outputs: 16, kernel: 3, stride: 2, padding: 1),
            Case(images: 3, height: 11, width: 13, channels: 8, outputs: 48, kernel: 5, stride: 1, padding: 2),
            Case(images: 70, height: 1, width: 2, channels: 16, outputs: 32, kernel: 5, stride: 3, padding: 4),
            Case(images: 9, height: 6, width: 7, channels: 32, outputs: 32, kernel: 3, stride: 1, padding: 3),
        ] + large

    /// Enough for several threads: one image at a time and two, kernels 3 and 5, fewer tiles than threads.
    static let large = [
        Case(images: 5, height: 28, width: 28, channels: 16, outputs: 16, kernel: 3, stride: 1, padding: 1),
        Case(images: 64, height: 7, width: 7, channels: 16, outputs: 32, kernel: 3, stride: 1, padding: 1),
        Case(images: 40, height: 8, width: 8, channels: 8, outputs: 32, kernel: 5, stride: 1, padding: 2),
    ]

    @Test(arguments: cases, [1, 2, 3])
    func gradients_anyShapeAndThreads_matchDoubleReference(_ example: Case, threads: Int32) {
        example.expectReference(threads: threads) { gradients(example, $0, $1, threads: $2) }
    }

    @Test(arguments: large) func gradients_anyNumberOfThreads_haveTheSameBits(_ example: Case) {
        example.expectSameBitsOnThreads { gradients(example, $0, $1, threads: $2) }
    }

    @Test func gradients_nan_staysInItsChannel() {
        let example = Self.cases[3]
        var dy = randomFloats("dy", example.reference.output.count)
        dy[example.outputs * 30 + 17] = .nan
        let found = gradients(example, randomFloats("x", example.reference.input.count), dy, threads: 1)
        #expect(found.bias.map(\.isNaN) == (0..<example.outputs).map { $0 == 17 })
        let outputs = found.weights.indices.filter { found.weights[$0].isNaN }.map { $0 / (25 * example.channels) }
        #expect(Set(outputs) == [17])
    }

    private func gradients(_ example: Case, _ x: [Float], _ dy: [Float], threads: Int32) -> ConvolutionLoops.Gradients {
        let source = inBlocks(x, channels: example.channels, pixels: example.height * example.width)
        let gradient = inBlocks(dy, channels: example.outputs, pixels: example.pixels)
        return example.gradients(scratch: { kernel_blocked_scratch($0, threads) }) {
            kernel_blocked_weight_gradient($0, source, gradient, threads, $1, $2, $3)
        }
    }
}
