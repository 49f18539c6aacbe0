import TestSupport

@testable import TensorCore

extension Golden {
    /// The golden values of convolutions and poolings.
    struct Images: Decodable {
        let convolution: [Convolution]
        let maxPool, averagePool: [Pooling]
    }

    struct Convolution: Decodable {
        let inputShape, weightShape, outputShape: [Int]
        let stride, padding: Int
        let input, weight, upstream, output, inputGradient, weightGradient: [Float]
        let bias, biasGradient: [Float]?
    }

    struct Pooling: Decodable {
        let inputShape, outputShape: [Int]
        let kernel, stride, padding: Int
        let countsPadding: Bool?
        let input, upstream, output, inputGradient: [Float]
    }

    static func images() throws -> Images {
        try GoldenFile.read("images")
    }
}
