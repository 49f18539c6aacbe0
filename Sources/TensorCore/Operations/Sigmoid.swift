extension Tensor {
    /// `y = 1 / (1 + e⁻ˣ)`, element by element, for any shape; NaN stays NaN. Gradient: `dx = dy · y · (1 − y)`.
    /// - Throws: ``OneDNNError``.
    public func sigmoid() throws -> Tensor {
        try applying(.logistic)
    }
}
