/// Counter-based random numbers: Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.3).
///
/// A number is a pure function of a key and a counter, so nothing has to be saved, and it does not depend on which rank or
/// thread asks for it or in what order.
public struct CounterRandom: Sendable {
    let key: (UInt32, UInt32)
    let stream: (UInt32, UInt32)

    /// The sequence of (seed, purpose, index); `index` is an epoch or a step, `purpose` a name such as `"shuffle"` or
    /// `"initialise/0.weight"`.
    public init(seed: UInt64, purpose: String, index: UInt64 = 0) {
        let name = Self.hash(purpose)
        let mixed = Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15)
        key = (UInt32(truncatingIfNeeded: mixed), UInt32(truncatingIfNeeded: mixed >> 32))
        let upper = Self.mix(name ^ Self.mix(index))
        stream = (UInt32(truncatingIfNeeded: upper), UInt32(truncatingIfNeeded: upper >> 32))
    }

    /// Element `counter` of the sequence: 64 uniform random bits.
    public func bits(_ counter: UInt64) -> UInt64 {
        let words = words(counter)
        return UInt64(words.1) << 32 | UInt64(words.0)
    }

    /// Element `counter` of the sequence: uniform in `[0, 1)`, a multiple of 2⁻⁵³.
    public func uniform(_ counter: UInt64) -> Double {
        Double(bits(counter) >> 11) * 0x1p-53
    }

    /// Element `counter` of the sequence: uniform in `0 ..< bound`, by multiplication (Lemire 2019); the bias, below
    /// `bound` / 2⁶⁴, is far from visible.
    public func below(_ bound: Int, _ counter: UInt64) -> Int {
        Int(bits(counter).multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// All random bits of element `counter` of the sequence.
    func words(_ counter: UInt64) -> (UInt32, UInt32, UInt32, UInt32) {
        Self.philox(
            counter: (
                UInt32(truncatingIfNeeded: counter), UInt32(truncatingIfNeeded: counter >> 32), stream.0, stream.1
            ), key: key)
    }

    /// The ten rounds of Philox4x32; public test vectors exist for this very function.
    static func philox(
        counter: (UInt32, UInt32, UInt32, UInt32), key: (UInt32, UInt32)
    ) -> (UInt32, UInt32, UInt32, UInt32) {
        var (c0, c1, c2, c3) = counter
        var (k0, k1) = key
        for _ in 0..<10 {
            let first = c0.multipliedFullWidth(by: 0xD251_1F53)
            let second = c2.multipliedFullWidth(by: 0xCD9E_8D57)
            (c0, c1, c2, c3) = (second.high ^ c1 ^ k0, second.low, first.high ^ c3 ^ k1, first.low)
            k0 &+= 0x9E37_79B9
            k1 &+= 0xBB67_AE85
        }
        return (c0, c1, c2, c3)
    }

    /// FNV-1a, 64 bits: names become numbers that are the same in every process, unlike Swift's `Hasher`.
    private static func hash(_ name: String) -> UInt64 {
        name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// The finaliser of SplitMix64 (Steele et al. 2014): a bijection that spreads every bit.
    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
