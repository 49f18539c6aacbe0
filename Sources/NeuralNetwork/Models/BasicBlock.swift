import TensorCore

extension LayerDescription {
    /// What the parts of a basic block are called; each collection of weights has its own custom.
    struct BlockNames: Sendable {
        let convolutions, norms: (String, String)
        let shortcut: String
    }

    /// A basic block (He et al. 2016, "Deep residual learning for image recognition", figure 5 left): two convolutions of 3 × 3, each
    /// with batch normalisation, the rectifier behind the first and behind the sum. The first convolution has the stride. Where
    /// stride or channels change the shape, the shortcut is a convolution of 1 × 1 with batch normalisation (option B of section
    /// 3.3), else the input. Convolutions have no bias and start as in He et al. 2015, equation 10.
    static func basicBlock(_ channels: Int, stride: Int, _ names: BlockNames) -> LayerDescription {
        LayerDescription("basic block") { input, scope in
            let main = [
                (names.convolutions.0, plainConvolution(channels, kernel: 3, stride: stride)),
                (names.norms.0, .batchNorm),
                ("relu", .relu), (names.convolutions.1, plainConvolution(channels, kernel: 3, stride: 1)),
                (names.norms.1, .batchNorm),
            ]
            let keepsShape = stride == 1 && input.rank == 3 && input[2] == channels
            let projection = [plainConvolution(channels, kernel: 1, stride: stride), .batchNorm]
            let block = residual(named: main, shortcut: keepsShape ? nil : (names.shortcut, projection))
            return try block.make(input, scope)
        }
    }

    /// A convolution that keeps the size of the image but for the stride, in front of a batch normalisation.
    static func plainConvolution(_ channels: Int, kernel: Int, stride: Int) -> LayerDescription {
        .conv2d(
            channels, kernel: kernel, stride: stride, padding: kernel / 2, bias: false,
            weightInitializer: .kaimingNormal)
    }
}
