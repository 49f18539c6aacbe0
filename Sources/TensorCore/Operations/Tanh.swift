extension Tensor {
    /// `y = tanh(x)`, element by element, for any shape; NaN stays NaN. Gradient: `dx = dy · (1 − y²)`.
    /// - Throws: ``OneDNNError``.
    public func tanh() throws -> Tensor {
        try applying(.tanh)
    }
}
