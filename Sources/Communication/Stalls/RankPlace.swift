/// A place in a rank's work, small enough to be written at once.
public struct RankPlace: Equatable, Sendable {
    /// The step, counted from 1; 0 before the first.
    public var step: Int

    /// The phase, by its number on the ``PhaseBoard``; at most 255.
    public var phase: Int

    /// The bucket that is reduced, if it is known.
    public var bucket: Int?

    /// A place of these.
    public init(step: Int = 0, phase: Int = 0, bucket: Int? = nil) {
        (self.step, self.phase, self.bucket) = (step, phase, bucket)
    }

    // From the top: 40 bits of step, 8 of phase, 16 of the bucket's successor, 0 for none.
    init(bits: UInt64) {
        step = Int(bits >> 24)
        phase = Int(bits >> 16 & 0xFF)
        bucket = bits & 0xFFFF == 0 ? nil : Int(bits & 0xFFFF) - 1
    }

    var bits: UInt64 {
        let bucketBits = UInt64(truncatingIfNeeded: (bucket ?? -1) + 1) & 0xFFFF
        return UInt64(truncatingIfNeeded: step) << 24 | (UInt64(truncatingIfNeeded: phase) & 0xFF) << 16 | bucketBits
    }
}
