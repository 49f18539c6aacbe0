@testable import TensorCore

/// A convolution in Double, element by element, with its derivatives.
struct ConvolutionReference {
    let input, weight: Shape
    let stride, padding: Int

    var output: Shape {
        func places(_ size: Int, _ kernel: Int) -> Int { (size + 2 * padding - kernel) / stride + 1 }
        return Shape(input[0], places(input[1], weight[2]), places(input[2], weight[3]), weight[0])
    }

    struct Gradients {
        var input, weight, bias: [Double]
    }

    func forward(_ x: [Double], _ w: [Double], _ b: [Double]?) -> [Double] {
        var y = (0..<output.count).map { b?[$0 % output[3]] ?? 0 }
        forEachProduct { y[$0] += x[$1] * w[$2] }
        return y
    }

    func gradients(_ x: [Double], _ w: [Double], upstream: [Double]) -> Gradients {
        var result = Gradients(
            input: [Double](repeating: 0, count: x.count), weight: [Double](repeating: 0, count: w.count),
            bias: [Double](repeating: 0, count: weight[0]))
        forEachProduct {
            result.input[$1] += upstream[$0] * w[$2]
            result.weight[$2] += upstream[$0] * x[$1]
        }
        for (index, value) in upstream.enumerated() { result.bias[index % output[3]] += value }
        return result
    }

    /// Calls `body` with the places of result, input and weight for every product of the convolution.
    private func forEachProduct(_ body: (_ y: Int, _ x: Int, _ w: Int) -> Void) {
        let (height, width, channels) = (input[1], input[2], input[3])
        for index in 0..<output.count {
            let (n, i) = (index / (output[1] * output[2] * output[3]), index / (output[2] * output[3]) % output[1])
            let (j, o) = (index / output[3] % output[2], index % output[3])
            for tap in 0..<weight[2] * weight[3] {
                let (k, l) = (tap / weight[3], tap % weight[3])
                let (row, column) = (i * stride + k - padding, j * stride + l - padding)
                guard (0..<height).contains(row), (0..<width).contains(column) else { continue }
                for c in 0..<channels {
                    body(
                        index, ((n * height + row) * width + column) * channels + c,
                        (o * channels + c) * weight[2] * weight[3] + tap)
                }
            }
        }
    }
}

/// A pooling in Double, with its derivative.
struct PoolingReference {
    let input: Shape
    let kernel, stride, padding: Int

    var output: Shape {
        func places(_ size: Int) -> Int { (size + 2 * padding - kernel) / stride + 1 }
        return Shape(input[0], places(input[1]), places(input[2]), input[3])
    }

    /// The places in the input of every result's window, row by row.
    func windows() -> [[Int]] {
        (0..<output.count).map { index in
            let (n, i) = (index / (output[1] * output[2] * output[3]), index / (output[2] * output[3]) % output[1])
            let (j, c) = (index / output[3] % output[2], index % output[3])
            return (0..<kernel * kernel).compactMap { tap in
                let (row, column) = (i * stride + tap / kernel - padding, j * stride + tap % kernel - padding)
                guard (0..<input[1]).contains(row), (0..<input[2]).contains(column) else { return nil }
                return ((n * input[1] + row) * input[2] + column) * input[3] + c
            }
        }
    }

    func greatest(_ x: [Double]) -> (output: [Double], places: [Int]) {
        let places = windows().map { window in
            window.dropFirst().reduce(window[0]) { x[$1] > x[$0] || x[$1].isNaN ? $1 : $0 }
        }
        return (places.map { x[$0] }, places)
    }

    func mean(_ x: [Double], countsPadding: Bool) -> [Double] {
        windows().map { window in
            window.reduce(0.0) { $0 + x[$1] } / Double(countsPadding ? kernel * kernel : window.count)
        }
    }

    func meanGradient(_ upstream: [Double], countsPadding: Bool) -> [Double] {
        var gradient = [Double](repeating: 0, count: input.count)
        for (window, value) in zip(windows(), upstream) {
            let share = value / Double(countsPadding ? kernel * kernel : window.count)
            for place in window { gradient[place] += share }
        }
        return gradient
    }
}
