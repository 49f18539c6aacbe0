import TensorCore

extension SGD {
    /// Where one call of a kernel works: `count` parameters and their gradients.
    struct Block {
        let parameters: UnsafeMutablePointer<Float>
        let gradients: UnsafePointer<Float>
        let count: Int
    }

    /// `p ← p − η (g + λ p)`.
    static func plainStep(_ block: Block, weightDecay: Float, learningRate: Float) {
        Kernels.sgd(
            parameters: block.parameters, gradients: block.gradients, rate: learningRate, weightDecay: weightDecay,
            count: block.count)
    }

    /// `v ← μ v + g + λ p`, then `p ← p − η v`, or in Nesterov's form `p ← p − η (g + λ p + μ v)`.
    static func momentumStep(
        _ block: Block, velocity: UnsafeMutablePointer<Float>, momentum: Float, nesterov: Bool, weightDecay: Float,
        learningRate: Float
    ) {
        Kernels.sgdMomentum(
            parameters: block.parameters, gradients: block.gradients, velocity: velocity, rate: learningRate,
            weightDecay: weightDecay, momentum: momentum, nesterov: nesterov, count: block.count)
    }
}
