import TestSupport
import Testing

@testable import NeuralNetwork
@testable import TensorCore

/// What `Tests/Golden/make_resnet8.py` wrote; the script states the format.
struct ResNet8Golden: Decodable {
    struct Gradient: Decodable {
        let norm, projection: Double
    }

    let batch: Int
    let divisor: Float
    let tensors: [GoldenTensor]
    let trainingLogits, evaluationLogits: [Float]
    let loss: Float
    let runningStatistics: [String: [Float]]
    let gradients: [String: Gradient]

    static func load() throws -> ResNet8Golden {
        try GoldenFile.read("resnet8")
    }

    static func images(_ batch: Int) -> [Float] {
        GoldenTensor.images(1000, batch: batch)
    }

    func index(of name: String) throws -> Int {
        try #require(tensors.firstIndex { $0.name == name })
    }

    func fill(_ elements: UnsafeMutableBufferPointer<Float>, _ name: String, _ shape: Shape) throws {
        let tensor = try index(of: name)
        try #require(tensors[tensor].shape == shape.array)
        _ = elements.update(fromContentsOf: tensors[tensor].elements(tensor))
    }

    /// The norm of a gradient, and its scalar product with numbers of the tensor's own.
    func digest(_ gradient: UnsafeMutableBufferPointer<Float>, _ name: String) throws -> (
        norm: Double, projection: Double
    ) {
        let tensor = try index(of: name)
        return gradient.enumerated().reduce((0, 0)) { sums, element in
            let value = Double(element.element)
            return (
                (sums.0 * sums.0 + value * value).squareRoot(),
                sums.1 + value * (GoldenTensor.uniform(tensor, element.offset) - 0.5)
            )
        }
    }
}
