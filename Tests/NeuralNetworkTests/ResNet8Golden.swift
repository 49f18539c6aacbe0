import Foundation
import Testing

@testable import NeuralNetwork
@testable import TensorCore

/// What `Tests/Golden/make_resnet8.py` wrote; the script states the format and the numbers that both sides draw alike.
struct ResNet8Golden: Decodable {
    struct Entry: Decodable {
        let name: String
        let shape: [Int]
    }

    struct Gradient: Decodable {
        let norm, projection: Double
    }

    let batch: Int
    let divisor: Float
    let tensors: [Entry]
    let trainingLogits, evaluationLogits: [Float]
    let loss: Float
    let runningStatistics: [String: [Float]]
    let gradients: [String: Gradient]

    static func load(from source: String = #filePath) throws -> ResNet8Golden {
        let file = URL(fileURLWithPath: source).appending(path: "../../Golden/resnet8.json").standardizedFileURL
        return try JSONDecoder().decode(ResNet8Golden.self, from: Data(contentsOf: file))
    }

    /// Element `index` of a tensor: uniform in `[0, 1)`.
    private static func uniform(_ tensor: Int, _ index: Int) -> Double {
        let mixed = 2_654_435_761 &* (1_000_003 &* UInt32(tensor) &+ UInt32(index) &+ 1)
        return Double(mixed ^ (mixed >> 15)) / 0x1p32
    }

    static func images(_ batch: Int) -> [Float] {
        (0..<batch * 784).map { Float(uniform(1000, $0)) }
    }

    func index(of name: String) throws -> Int {
        try #require(tensors.firstIndex { $0.name == name })
    }

    func fill(_ elements: UnsafeMutableBufferPointer<Float>, _ name: String, _ shape: Shape) throws {
        let tensor = try index(of: name)
        try #require(tensors[tensor].shape == shape.array)
        for index in elements.indices {
            let u = Self.uniform(tensor, index)
            let fanIn = Double(shape.count / shape[0])
            elements[index] =
                switch true {
                case name.hasSuffix("running_mean"): Float(u - 0.5)
                case name.hasSuffix("bias"): Float((u - 0.5) / 5)
                case shape.rank == 1: Float(u + 0.5)
                default: Float((24 / fanIn).squareRoot() * (u - 0.5))
                }
        }
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
                sums.1 + value * (Self.uniform(tensor, element.offset) - 0.5)
            )
        }
    }
}
