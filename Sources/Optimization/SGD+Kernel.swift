extension SGD {
    /// Where one call of a kernel works: `count` parameters and their gradients.
    struct Block {
        let parameters: UnsafeMutablePointer<Float>
        let gradients: UnsafePointer<Float>
        let count: Int
    }

    /// `p ← p − η (g + λ p)`.
    static func plainStep(_ block: Block, weightDecay: Float, learningRate: Float) {
        let (p, g) = (block.parameters, block.gradients)
        for i in 0..<block.count {
            p[i] -= learningRate * (g[i] + weightDecay * p[i])
        }
    }

    /// `v ← μ v + g + λ p`, `p ← p − η v`.
    static func classicalStep(
        _ block: Block, velocity v: UnsafeMutablePointer<Float>, momentum: Float, weightDecay: Float,
        learningRate: Float
    ) {
        let (p, g) = (block.parameters, block.gradients)
        for i in 0..<block.count {
            let next = momentum * v[i] + (g[i] + weightDecay * p[i])
            v[i] = next
            p[i] -= learningRate * next
        }
    }

    /// `v ← μ v + g + λ p`, `p ← p − η (g + λ p + μ v)`.
    static func nesterovStep(
        _ block: Block, velocity v: UnsafeMutablePointer<Float>, momentum: Float, weightDecay: Float,
        learningRate: Float
    ) {
        let (p, g) = (block.parameters, block.gradients)
        for i in 0..<block.count {
            let direction = g[i] + weightDecay * p[i]
            let next = momentum * v[i] + direction
            v[i] = next
            p[i] -= learningRate * (direction + momentum * next)
        }
    }
}
