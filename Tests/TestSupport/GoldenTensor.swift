/// A tensor of a network of `Tests/Golden/networks.py`, filled with the numbers that the script states.
public struct GoldenTensor: Decodable, Sendable {
    /// As PyTorch calls it.
    public let name: String

    /// As PyTorch has it.
    public let shape: [Int]

    /// Its elements in PyTorch's order, if it is number `index` of its network.
    public func elements(_ index: Int) -> [Float] {
        (0..<shape.reduce(1, *)).map { Float(element(Self.uniform(index, $0))) }
    }

    private func element(_ u: Double) -> Double {
        switch true {
        case name.hasSuffix("running_mean"): u - 0.5
        case name.hasSuffix("bias"): (u - 0.5) / 5
        case shape.count == 1: u + 0.5
        default: (24 / Double(shape.dropFirst().reduce(1, *))).squareRoot() * (u - 0.5)
        }
    }

    /// Element `index` of tensor number `tensor`: uniform in `[0, 1)`.
    public static func uniform(_ tensor: Int, _ index: Int) -> Double {
        let mixed = 2_654_435_761 &* (1_000_003 &* UInt32(tensor) &+ UInt32(index) &+ 1)
        return Double(mixed ^ (mixed >> 15)) / 0x1p32
    }

    /// Input number `tensor`, `[batch, 28, 28, 1]`.
    public static func images(_ tensor: Int, batch: Int) -> [Float] {
        (0..<batch * 784).map { Float(uniform(tensor, $0)) }
    }
}
