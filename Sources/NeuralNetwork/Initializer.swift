import Glibc
import TensorCore

/// How the elements of a parameter are drawn. Every element is a pure function of (seed, parameter name, element index).
public enum Initializer: Hashable, Sendable {
    /// All elements equal.
    case constant(Float)

    /// Normal with mean 0.
    case normal(standardDeviation: Double)

    /// Uniform in `[-bound, bound)`.
    case uniform(bound: Double)

    /// PyTorch's default for the weights and the bias of a linear layer or a convolution: uniform with bound 1/√fanIn
    /// (`torch.nn.Linear`, `reset_parameters`).
    public static func pyTorchDefault(fanIn: Int) -> Initializer {
        .uniform(bound: 1 / Double(max(fanIn, 1)).squareRoot())
    }

    /// Fills `elements` with the parameter's starting values.
    func fill(_ elements: UnsafeMutableBufferPointer<Float>, seed: UInt64, name: String) {
        let random = CounterRandom(seed: seed, purpose: "initialise/\(name)")
        switch self {
        case .constant(let value):
            elements.update(repeating: value)
        case .normal(let deviation):
            for index in elements.indices { elements[index] = Float(random.normal(UInt64(index)) * deviation) }
        case .uniform(let bound):
            for index in elements.indices {
                elements[index] = Float((random.uniform(UInt64(index)) * 2 - 1) * bound)
            }
        }
    }
}

extension CounterRandom {
    /// Element `counter` of the sequence: standard normal (Box and Muller 1958), from two uniform numbers of its own.
    func normal(_ counter: UInt64) -> Double {
        let radius = (-2 * log(1 - uniform(2 * counter))).squareRoot()
        return radius * cos(2 * Double.pi * uniform(2 * counter + 1))
    }
}
