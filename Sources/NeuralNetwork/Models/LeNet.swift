extension LayerDescription {
    /// LeNet-5 (LeCun et al. 1998, "Gradient-based learning applied to document recognition") in the form of Dive into Deep Learning,
    /// section 7.6: sigmoids, average pooling, a plain linear layer at the end; weights drawn as Glorot and Bengio, bias 0. Gives
    /// logits for images of 28 × 28.
    public static func leNet(classes: Int) -> LayerDescription {
        .sequential([
            .glorotConvolution(6, padding: 2), .sigmoid, .averagePool(2),
            .glorotConvolution(16), .sigmoid, .averagePool(2),
            .flatten, .glorotLinear(120), .sigmoid, .glorotLinear(84), .sigmoid, .glorotLinear(classes),
        ])
    }

    private static func glorotConvolution(_ channels: Int, padding: Int = 0) -> LayerDescription {
        .conv2d(channels, kernel: 5, padding: padding, weightInitializer: .xavierUniform, biasInitializer: .zeros)
    }

    private static func glorotLinear(_ outputFeatures: Int) -> LayerDescription {
        .linear(outputFeatures, weight: .xavierUniform, bias: .zeros)
    }
}
