/// Which samples a training pass computes, and when: what random numbers are keyed by, so that they depend neither on the rank nor on
/// the place in the batch.
public struct Samples {
    /// The experiment's seed.
    public let seed: UInt64

    /// The optimizer steps done before this one.
    public let step: Int

    /// The dataset's number of every sample of the batch, in order; borrowed for the forward pass.
    public let indices: UnsafeBufferPointer<Int32>

    /// The samples `indices` in step `step`.
    public init(seed: UInt64, step: Int, indices: UnsafeBufferPointer<Int32>) {
        self.seed = seed
        self.step = step
        self.indices = indices
    }

    /// Other samples of the same step.
    public func with(_ indices: UnsafeBufferPointer<Int32>) -> Samples {
        Samples(seed: seed, step: step, indices: indices)
    }
}
