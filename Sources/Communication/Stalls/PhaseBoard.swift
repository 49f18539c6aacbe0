import Synchronization

/// Where a rank is in its work, read by the reports of a stall and by the thread that watches over it. Its main thread writes it; others
/// only show signs that they go on.
///
/// Writing costs a few stores and allocates nothing.
public final class PhaseBoard: Sendable {
    private let phaseNames: [String]
    private let placeBits = Atomic<UInt64>(0)
    private let lastSignBits = Atomic<UInt64>(0)
    private let meetingPlaceBits = Atomic<UInt64>(0)
    private let meetingBits = Atomic<UInt64>(0)
    private let meetingOperation = Atomic<Int>(0)

    /// A board on which phases are numbers, named by `phaseNames`: the same on all ranks.
    public init(phaseNames: [String] = []) {
        self.phaseNames = phaseNames
        showSign(at: monotonicSeconds())
    }

    /// Notes where the rank is, at `now` of the monotonic clock.
    public func enter(_ place: RankPlace, at now: Double) {
        placeBits.store(place.bits, ordering: .relaxed)
        showSign(at: now)
    }

    /// Notes which bucket of the gradients the rank is at, until it enters another place.
    public func note(bucket: Int) {
        var place = place
        place.bucket = bucket
        placeBits.store(place.bits, ordering: .relaxed)
    }

    /// Notes that the rank goes on, in a phase that may take long.
    public func showSign() {
        showSign(at: monotonicSeconds())
    }

    func showSign(at now: Double) {
        lastSignBits.store(now.bitPattern, ordering: .relaxed)
    }

    /// Notes that all ranks have taken part in `operation`.
    func meet(in operation: Request.Operation, at now: Double) {
        meetingPlaceBits.store(placeBits.load(ordering: .relaxed), ordering: .relaxed)
        meetingOperation.store(operation.number, ordering: .relaxed)
        meetingBits.store(now.bitPattern, ordering: .relaxed)
    }

    /// Where the rank is.
    public var place: RankPlace {
        RankPlace(bits: placeBits.load(ordering: .relaxed))
    }

    /// When the rank last went on, in seconds of the monotonic clock.
    public var lastSign: Double {
        Double(bitPattern: lastSignBits.load(ordering: .relaxed))
    }

    /// What this rank knows of all others from the last operation that it could not have left before all had entered; nil before
    /// there was one.
    var lastMeeting: (seconds: Double, place: RankPlace, operation: Request.Operation)? {
        let seconds = Double(bitPattern: meetingBits.load(ordering: .relaxed))
        guard seconds > 0, let operation = Request.Operation(number: meetingOperation.load(ordering: .relaxed)) else {
            return nil
        }
        return (seconds, RankPlace(bits: meetingPlaceBits.load(ordering: .relaxed)), operation)
    }

    /// Such as "step 12, backward", or "step 12, communication of bucket 3".
    public func describe(_ place: RankPlace) -> String {
        let name = place.phase < phaseNames.count ? phaseNames[place.phase] : "phase \(place.phase)"
        let phase = place.bucket.map { "\(name) of bucket \($0)" } ?? name
        return place.step == 0 ? phase : "step \(place.step), \(phase)"
    }
}
