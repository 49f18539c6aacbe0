extension LayerDescription {
    /// ResNet-8: the residual network for small images of He et al. 2016 (section 4.2) with n = 1. A convolution of 3 × 3 with 16
    /// channels, three basic blocks of 16, 32 and 64 channels with strides 1, 2 and 2, the mean of each channel, one linear layer.
    /// The shortcuts that change the shape are projections, where the paper's section 4.2 pads with zeros. Gives logits.
    ///
    /// Parameters are called as in a PyTorch `Sequential` of blocks with the attributes `c1`, `b1`, `c2`, `b2` and `sc`.
    public static func resNet8(classes: Int) -> LayerDescription {
        let names = BlockNames(convolutions: ("c1", "c2"), norms: ("b1", "b2"), shortcut: "sc")
        // 7 is PyTorch's Flatten, of which there is nothing to do here.
        return .sequential(named: [
            ("0", plainConvolution(16, kernel: 3, stride: 1)), ("1", .batchNorm), ("2", .relu),
            ("3", basicBlock(16, stride: 1, names)), ("4", basicBlock(32, stride: 2, names)),
            ("5", basicBlock(64, stride: 2, names)), ("6", .globalAveragePool), ("8", .linear(classes)),
        ])
    }
}
