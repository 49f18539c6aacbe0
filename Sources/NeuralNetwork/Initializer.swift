import Glibc
import TensorCore

/// How the elements of a parameter are drawn. Every element is a pure function of (seed, parameter name, element index).
///
/// The Xavier and Kaiming forms take the numbers of inputs and outputs of one unit from the weight's shape
/// `[outputs, inputs, receptive field …]`: fanIn = inputs · field, fanOut = outputs · field.
public enum Initializer: Hashable, Sendable {
    /// All elements equal.
    case constant(Float)

    /// Normal with mean 0.
    case normal(standardDeviation: Double)

    /// Uniform in `[-bound, bound)`.
    case uniform(bound: Double)

    /// Uniform with bound √(6 / (fanIn + fanOut)) (Glorot and Bengio 2010, "Understanding the difficulty of training deep
    /// feedforward neural networks", equation 16).
    case xavierUniform

    /// Normal with the variance of ``xavierUniform``, 2 / (fanIn + fanOut).
    case xavierNormal

    /// Uniform with the variance of ``kaimingNormal``: bound √(6 / fanIn).
    case kaimingUniform

    /// Normal with variance 2 / fanIn, which suits a rectifier (He et al. 2015, "Delving deep into rectifiers", equation 10).
    case kaimingNormal

    /// All elements 0.
    public static var zeros: Initializer { .constant(0) }

    /// PyTorch's default for the weights and the bias of a linear layer or a convolution: uniform with bound 1/√fanIn
    /// (`torch.nn.Linear`, `reset_parameters`).
    public static func pyTorchDefault(fanIn: Int) -> Initializer {
        .uniform(bound: 1 / Double(max(fanIn, 1)).squareRoot())
    }

    /// Fills `elements` with the starting values of the parameter called `name`.
    func fill(_ elements: UnsafeMutableBufferPointer<Float>, shape: Shape, seed: UInt64, name: String) {
        let random = CounterRandom(seed: seed, purpose: "initialise/\(name)")
        switch self {
        case .constant(let value): elements.update(repeating: value)
        case .normal(let deviation): random.fillNormal(elements, deviation)
        case .uniform(let bound): random.fillUniform(elements, bound)
        case .xavierUniform: random.fillUniform(elements, (6 / Fans(shape, self).sum).squareRoot())
        case .xavierNormal: random.fillNormal(elements, (2 / Fans(shape, self).sum).squareRoot())
        case .kaimingUniform: random.fillUniform(elements, (6 / Fans(shape, self).input).squareRoot())
        case .kaimingNormal: random.fillNormal(elements, (2 / Fans(shape, self).input).squareRoot())
        }
    }
}

/// How many numbers a unit takes and gives.
private struct Fans {
    let input, output: Double

    var sum: Double { input + output }

    init(_ shape: Shape, _ initializer: Initializer) {
        guard shape.rank >= 2 else {
            fatalError("The initialiser \(initializer) needs a weight [outputs, inputs, …], not the shape \(shape).")
        }
        input = Double(max(shape.count / max(shape[0], 1), 1))
        output = Double(max(shape.count / max(shape[1], 1), 1))
    }
}

extension CounterRandom {
    /// Element `counter` of the sequence: standard normal (Box and Muller 1958), from two uniform numbers of its own.
    func normal(_ counter: UInt64) -> Double {
        let radius = (-2 * log(1 - uniform(2 * counter))).squareRoot()
        return radius * cos(2 * Double.pi * uniform(2 * counter + 1))
    }

    fileprivate func fillNormal(_ elements: UnsafeMutableBufferPointer<Float>, _ deviation: Double) {
        for index in elements.indices { elements[index] = Float(normal(UInt64(index)) * deviation) }
    }

    fileprivate func fillUniform(_ elements: UnsafeMutableBufferPointer<Float>, _ bound: Double) {
        for index in elements.indices { elements[index] = Float((uniform(UInt64(index)) * 2 - 1) * bound) }
    }
}
