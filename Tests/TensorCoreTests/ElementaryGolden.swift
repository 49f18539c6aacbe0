import TestSupport

extension Golden {
    /// The golden values of element functions and softmax.
    struct Elementary: Decodable {
        let sigmoid, tanh, softmax, logSoftmax: [Function]
    }

    /// A function of one tensor at one place.
    struct Function: Decodable {
        let shape: [Int]
        let input, upstream, output, inputGradient: [Float]
    }

    static func elementary() throws -> Elementary {
        try GoldenFile.read("elementary")
    }
}
