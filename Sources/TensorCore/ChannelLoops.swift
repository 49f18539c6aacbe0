import CKernels

/// The element loops of operations that treat channels one by one, for tensors of one shape in one layout: `[batch, features]`, or
/// images `[batch, height, width, channels]`, row-major or in blocks of channels as oneDNN lays them out.
///
/// Numbers for each channel lie in arrays of ``width`` elements. Work is cut the same way for any number of threads, so the bits do
/// not depend on it.
struct ChannelLoops {
    /// The number of channels, those included that only pad the last block.
    let width: Int

    /// The number of elements of each channel.
    let countPerChannel: Int

    private let places: kernel_channels
    private let threads: Int32

    /// Loops for tensors like `tensor`, whose layout must be one of those that ``Tensor/byChannels()`` gives.
    init(for tensor: Tensor, perImage: Bool = false) {
        let (shape, channels) = (tensor.shape, tensor.shape[tensor.shape.rank - 1])
        countPerChannel = shape.count / max(channels, 1)
        let images = tensor.layout == nil && !perImage ? 1 : shape[0]
        let lanes = tensor.layout?.channelBlock ?? channels
        let groups = lanes == 0 ? 0 : (channels + lanes - 1) / lanes
        places = kernel_channels(
            images: images, groups: groups, rows: countPerChannel / max(images, 1), lanes: lanes)
        width = groups * lanes
        threads = Int32(clamping: tensor.tape.context.threadCount)
    }

    /// The doubles that sums take while they are computed; the results are the first 2 · ``width``.
    var sumsCount: Int {
        2 * width * Int(kernel_parts)
    }

    /// `Σ x` and behind them `Σ x²` of every channel.
    func moments(_ x: UnsafePointer<Float>, into sums: UnsafeMutablePointer<Double>) {
        withUnsafePointer(to: places) { kernel_channel_moments($0, x, threads, sums) }
    }

    /// `y = (x − mean) · scale + shift`, plus the shortcut, and rectified, if it is so.
    func normalize(
        _ x: UnsafePointer<Float>, by normalization: kernel_normalization, shortcut: UnsafePointer<Float>?,
        into y: UnsafeMutablePointer<Float>
    ) {
        withUnsafePointer(to: places) { places in
            withUnsafePointer(to: normalization) { kernel_normalize(places, $0, x, shortcut, threads, y) }
        }
    }

    /// `Σ d` and behind them `Σ d · (x − mean)` of every channel, where `d` is `dy` behind the rectifier. With the result `y` of a
    /// normalisation with a shortcut, `dy` becomes `d` in place.
    func gradientSums(
        _ x: UnsafePointer<Float>, by normalization: kernel_normalization, result y: UnsafePointer<Float>?,
        gradient dy: UnsafeMutablePointer<Float>, into sums: UnsafeMutablePointer<Double>
    ) {
        withUnsafePointer(to: places) { places in
            withUnsafePointer(to: normalization) { kernel_normalize_sums(places, $0, x, y, dy, threads, sums) }
        }
    }

    /// `dx = (d − meanGradient − (x − mean) · slope) · scale`; `dx` may be `dy`.
    func gradient(
        _ x: UnsafePointer<Float>, by normalization: kernel_normalization, _ dy: UnsafeMutablePointer<Float>,
        meanGradient: UnsafePointer<Float>, slope: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>
    ) {
        withUnsafePointer(to: places) { places in
            withUnsafePointer(to: normalization) {
                kernel_normalize_gradient(places, $0, x, dy, meanGradient, slope, threads, dx)
            }
        }
    }

    /// The mean over the rows of each image: `[images, channels]`, row-major.
    func rowMeans(_ x: UnsafePointer<Float>, channels: Int, into means: UnsafeMutablePointer<Float>) {
        withUnsafePointer(to: places) { kernel_row_means($0, x, channels, threads, means) }
    }

    /// Its derivative: each row gets the image's gradients, divided by the number of rows.
    func spreadRows(_ gradient: UnsafePointer<Float>, channels: Int, into dx: UnsafeMutablePointer<Float>) {
        withUnsafePointer(to: places) { kernel_spread_rows($0, gradient, channels, threads, dx) }
    }
}

extension Tensor {
    /// This tensor if it lies in a way that ``ChannelLoops`` and ``Pooling`` know, else row-major.
    /// - Throws: ``OneDNNError``.
    func byChannels() throws -> Tensor {
        guard let layout, layout.channelBlock == nil else { return self }
        return try plain()
    }
}
