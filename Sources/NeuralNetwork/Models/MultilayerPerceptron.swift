extension LayerDescription {
    /// A multilayer perceptron with rectifiers: linear layers of the given widths on the flattened input, then one to the classes,
    /// all started as in PyTorch. Gives logits.
    public static func multilayerPerceptron(widths: [Int], classes: Int) -> LayerDescription {
        let hidden = widths.flatMap { [LayerDescription.linear($0), .relu] }
        return .sequential([.flatten] + hidden + [.linear(classes)])
    }
}
