import CKernels
import Testing

@testable import TensorCore

/// The loops themselves, which no convolution uses where oneDNN has AVX-512.
@Suite struct GrayWeightGradientTests {
    typealias Case = ConvolutionLoops

    /// No image, one, and more than there are parts; channels below, on and beyond a group.
    static let cases = [
        Case(images: 1, height: 3, width: 3, outputs: 1, kernel: 3, stride: 1, padding: 0),
        Case(images: 0, height: 5, width: 4, outputs: 8, kernel: 3, stride: 1, padding: 1),
        Case(images: 35, height: 7, width: 10, outputs: 17, kernel: 3, stride: 2, padding: 1),
        Case(images: 3, height: 28, width: 28, outputs: 6, kernel: 5, stride: 1, padding: 2),
        Case(images: 40, height: 8, width: 6, outputs: 16, kernel: 5, stride: 1, padding: 4),
        Case(images: 2, height: 12, width: 15, outputs: 9, kernel: 7, stride: 3, padding: 2),
        Case(images: 64, height: 28, width: 28, outputs: 32, kernel: 3, stride: 1, padding: 1),
    ]

    @Test(arguments: cases, [1, 2, 3])
    func gradients_anyShapeAndThreads_matchDoubleReference(_ example: Case, threads: Int32) {
        example.expectReference(threads: threads) { gradients(example, $0, $1, threads: $2) }
    }

    @Test func gradients_anyNumberOfThreads_haveTheSameBits() {
        let example = Self.cases[6]
        example.expectSameBitsOnThreads { gradients(example, $0, $1, threads: $2) }
    }

    @Test func gradients_nan_staysInItsChannel() {
        let example = Self.cases[3]
        var dy = randomFloats("dy", example.reference.output.count)
        dy[example.outputs * 30 + 2] = .nan
        let found = gradients(example, randomFloats("x", example.reference.input.count), dy, threads: 1)
        #expect(found.bias.map(\.isNaN) == (0..<example.outputs).map { $0 == 2 })
        #expect(found.weights.indices.allSatisfy { found.weights[$0].isNaN == ($0 / 25 == 2) })
    }

    private func gradients(_ example: Case, _ x: [Float], _ dy: [Float], threads: Int32) -> ConvolutionLoops.Gradients {
        let gradient = inBlocks(dy, channels: example.outputs, pixels: example.pixels)
        return example.gradients(scratch: { kernel_gray_scratch($0) }) {
            kernel_gray_weight_gradient($0, x, gradient, threads, $1, $2, $3)
        }
    }
}
