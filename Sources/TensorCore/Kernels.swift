import CKernels

/// The element loops of the training step, compiled for several instruction sets. Counts are elements; nothing may overlap
/// where the C header does not say so.
public enum Kernels {
    /// `destination[n][i] = source[indices[n]][i] / 255`, correctly rounded, for rows of `rowLength` elements.
    public static func gatherUnitFloats(
        from source: UnsafePointer<UInt8>, rows indices: UnsafeBufferPointer<Int32>, rowLength: Int,
        into destination: UnsafeMutablePointer<Float>
    ) {
        guard let first = indices.baseAddress else { return }
        kernel_gather_unit_floats(source, first, indices.count, rowLength, destination)
    }

    /// `destination[i] += source[i]`.
    public static func add(
        _ destination: UnsafeMutablePointer<Float>, _ source: UnsafePointer<Float>, _ count: Int
    ) {
        kernel_add(destination, source, count)
    }

    /// `result[i] = first[i] + second[i]`.
    public static func add(
        _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>,
        count: Int
    ) {
        kernel_sum_of_two(result, first, second, count)
    }

    /// `values[i] *= factor`.
    public static func scale(_ values: UnsafeMutableBufferPointer<Float>, by factor: Float) {
        guard let base = values.baseAddress else { return }
        kernel_scale(base, factor, values.count)
    }

    /// The sum of the squares, in doubles, in an order that depends on their number only.
    public static func sumOfSquares(_ values: UnsafeMutableBufferPointer<Float>) -> Double {
        guard let base = values.baseAddress else { return 0 }
        return kernel_sum_of_squares(base, values.count)
    }

    /// Whether no element is infinite or not a number.
    public static func areFinite(_ values: UnsafeMutableBufferPointer<Float>) -> Bool {
        kernel_all_finite(values.baseAddress, values.count) != 0
    }

    /// A hash of the bits of `values` in their order, and of `seed`: one changed element always gives another. Meant against
    /// accidents, not against forgers.
    public static func hash(_ values: UnsafeMutableBufferPointer<Float>, seed: UInt64) -> UInt64 {
        kernel_hash(values.baseAddress, values.count, seed)
    }

    /// `p -= rate · (g + weightDecay · p)`.
    public static func sgd(
        parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>, rate: Float, weightDecay: Float,
        count: Int
    ) {
        kernel_sgd(parameters, gradients, rate, weightDecay, count)
    }

    /// `v = momentum · v + g + weightDecay · p`, then `p -= rate · v`, or with Nesterov
    /// `p -= rate · (g + weightDecay · p + momentum · v)`.
    public static func sgdMomentum(
        parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
        velocity: UnsafeMutablePointer<Float>, rate: Float, weightDecay: Float, momentum: Float, nesterov: Bool,
        count: Int
    ) {
        kernel_sgd_momentum(
            parameters, gradients, velocity, rate, weightDecay, momentum, nesterov ? 1 : 0, count)
    }
}
