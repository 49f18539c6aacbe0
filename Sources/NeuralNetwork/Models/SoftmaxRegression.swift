extension LayerDescription {
    /// Softmax regression (Dive into Deep Learning, section 4.4): one linear layer on the flattened input, weights drawn from
    /// N(0, 0.01²), bias 0. Gives logits.
    public static func softmaxRegression(classes: Int) -> LayerDescription {
        .sequential([
            .flatten, .linear(classes, weight: .normal(standardDeviation: 0.01), bias: .constant(0)),
        ])
    }
}
