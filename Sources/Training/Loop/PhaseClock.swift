public import Communication
import Reports
import TensorCore

/// The phases of a step, and what stands between steps.
public enum Phase: Int, CaseIterable, Sendable {
    case setUp, data, forward, backward, waiting, communication, optimizer, logging, validation, checkpoint

    /// The names that reports use, by number.
    static let names = allCases.map { $0 == .setUp ? "set-up" : "\($0)" }
}

/// Where a rank is in its step, and how long it has been in each phase. Changing the phase reads the clock once and allocates
/// nothing.
public final class PhaseClock {
    /// The phase now.
    public private(set) var phase = Phase.setUp

    /// Seconds spent so far, phases that have ended only.
    private(set) var times = PhaseTimes()

    /// The step that is worked on, counted from 1; after its end and until the next begins, still that. 0 before the first.
    private(set) var step = 0

    private let board: PhaseBoard
    private var since = monotonicSeconds()

    /// A clock in the phase of setting up, which shows on `board` what it is told.
    public init(board: PhaseBoard = PhaseBoard()) {
        self.board = board
    }

    /// Ends the phase and begins another.
    public func enter(_ next: Phase) {
        let now = monotonicSeconds()
        times[phase] += now - since
        since = now
        phase = next
        board.enter(RankPlace(step: step, phase: next.rawValue), at: now)
    }

    /// Begins `step`, in the phase that the clock is in.
    func begin(step: Int) {
        self.step = step
        enter(phase)
    }

    /// Such as "step 12, backward".
    var place: String {
        board.describe(board.place)
    }
}

/// Seconds by phase.
struct PhaseTimes {
    private var seconds: SIMD16<Double> = .zero

    subscript(phase: Phase) -> Double {
        get { seconds[phase.rawValue] }
        set { seconds[phase.rawValue] = newValue }
    }

    static func - (later: PhaseTimes, earlier: PhaseTimes) -> PhaseTimes {
        var difference = PhaseTimes()
        difference.seconds = later.seconds - earlier.seconds
        return difference
    }

    /// All of the training loop: everything but setting up, validation and checkpoints.
    var loopSeconds: Double {
        seconds.sum() - self[.setUp] - self[.validation] - self[.checkpoint]
    }

    /// A rank's own part of the steps: the training loop without waiting for the others and transfer.
    var ownSeconds: Double {
        loopSeconds - self[.waiting] - self[.communication]
    }

    /// Things per second of the training loop.
    func rate(of count: Int) -> Double {
        Double(count) / loopSeconds
    }

    var stepSeconds: PhaseSeconds {
        PhaseSeconds(
            data: self[.data], forward: self[.forward], backward: self[.backward],
            communication: self[.communication], waiting: self[.waiting], optimizer: self[.optimizer])
    }
}
