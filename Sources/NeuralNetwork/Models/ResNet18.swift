extension LayerDescription {
    /// ResNet-18 (He et al. 2016, table 1) for small images: a first convolution of 3 × 3 with stride 1 and no pooling behind it,
    /// then two basic blocks each of 64, 128, 256 and 512 channels, the mean of each channel, one linear layer. Gives logits.
    ///
    /// Parameters are called as in torchvision's `resnet18`.
    public static func resNet18(classes: Int) -> LayerDescription {
        let names = BlockNames(convolutions: ("conv1", "conv2"), norms: ("bn1", "bn2"), shortcut: "downsample")
        let stages = [64, 128, 256, 512].enumerated().flatMap { stage, channels in
            [
                ("layer\(stage + 1).0", basicBlock(channels, stride: stage == 0 ? 1 : 2, names)),
                ("layer\(stage + 1).1", basicBlock(channels, stride: 1, names)),
            ]
        }
        let stem = [("conv1", plainConvolution(64, kernel: 3, stride: 1)), ("bn1", .batchNorm), ("relu", .relu)]
        return .sequential(named: stem + stages + [("avgpool", .globalAveragePool), ("fc", .linear(classes))])
    }
}
