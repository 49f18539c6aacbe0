import TestSupport
import Testing

@testable import TensorCore

/// A tape on a context of its own, one thread.
func makeTape() throws -> Tape {
    Tape(context: try ExecutionContext())
}

/// `count` numbers in [-1, 1), the same for the same name.
func randomFloats(_ name: String, _ count: Int) -> [Float] {
    let random = CounterRandom(seed: 7, purpose: name)
    return (0..<UInt64(count)).map { Float(random.uniform($0) * 2 - 1) }
}

/// Element-wise comparison: |actual - expected| ≤ tolerance · max(1, |expected|).
func expectClose(
    _ actual: some Collection<Float>, _ expected: some Collection<Double>, tolerance: Double, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(actual.count == expected.count, "\(what): counts differ", sourceLocation: sourceLocation)
    for (index, (a, e)) in zip(actual, expected).enumerated()
    where !(abs(Double(a) - e) <= tolerance * max(1, abs(e))) {
        Issue.record("\(what): element \(index) is \(a), expected \(e)", sourceLocation: sourceLocation)
        return
    }
}

/// The golden values of PyTorch in `Tests/Golden`.
enum Golden {
    struct Layers: Decodable {
        let linear: [Linear]
        let relu: [ReLU]
        let crossEntropy: [CrossEntropy]
    }

    struct Linear: Decodable {
        let batch, inputFeatures, outputFeatures: Int
        let input, weight, bias, upstream, output, inputGradient, weightGradient, biasGradient: [Float]
    }

    struct ReLU: Decodable {
        let shape: [Int]
        let input, upstream, output, inputGradient: [Float]
    }

    struct CrossEntropy: Decodable {
        let batch, classes: Int
        let divisor: Float
        let labels: [Int32]
        let logits, losses, logitsGradient: [Float]
        let loss: Float
    }

    static func layers() throws -> Layers {
        try GoldenFile.read("layers")
    }
}

/// `Σ upstream · x`: makes a scalar whose gradient with respect to x is `upstream`, so that no test sees a constant gradient.
final class WeightedSum: TensorCore.Operation {
    let name = "weighted sum"

    func backward(_ record: Record, on tape: Tape) throws {
        guard let upstream = record.inputs.1 else { return }
        let scale = tape.gradient(of: record.output)[0]
        let weights = upstream.array
        try tape.withGradient(of: record.inputs.0) {
            for (index, weight) in weights.enumerated() { $0[index] = weight * scale }
        }
    }
}

extension Tensor {
    func weightedSum(_ upstream: [Float]) -> Tensor {
        let weights = tape.constant(upstream, shape: shape)
        let output = tape.allocate([], needsGradient: true)
        output.elements[0] = zip(elements, upstream).reduce(0) { $0 + $1.0 * $1.1 }
        tape.record(WeightedSum(), self, weights, output: output)
        return output
    }
}

/// What a program that was stopped has said.
func expectMessage(_ result: ExitTest.Result?, _ message: String) {
    let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(said.contains(message), "\(said)")
}
