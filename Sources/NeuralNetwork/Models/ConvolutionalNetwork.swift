extension LayerDescription {
    /// A small convolutional network: two convolutions of 32 and 64 channels, 3 × 3, each followed by a rectifier and a max pooling,
    /// then 128 hidden features; all started as in PyTorch. Gives logits.
    public static func convolutionalNetwork(classes: Int) -> LayerDescription {
        .sequential([
            .conv2d(32, kernel: 3, padding: 1), .relu, .maxPool(2),
            .conv2d(64, kernel: 3, padding: 1), .relu, .maxPool(2),
            .flatten, .linear(128), .relu, .linear(classes),
        ])
    }
}
