import Communication

/// Decides whether a rank has been in one place for too long. A rank that waits for others shows signs all the while, and is judged
/// by its own wait; so what is silent here computes, reads, writes, or hangs.
struct StallJudge {
    enum Verdict: Equatable {
        case fine
        case slow(String)
        case hanging(String)
    }

    private let rank: Int
    private let abortSeconds: Double
    /// Grows to what has turned out to be no stall but a slow phase.
    private var warningSeconds: Double
    private var sign: Double
    private var silence: RunningTime
    private var hasWarned = false

    /// How far past the deadline the ranks that wait have to speak first, which know more.
    private static let graceSeconds = 5.0

    init(rank: Int, warningSeconds: Double, abortSeconds: Double, from now: Double) {
        self.rank = rank
        self.warningSeconds = warningSeconds
        self.abortSeconds = abortSeconds
        sign = now
        silence = RunningTime(from: now)
    }

    /// What is to be said at `now` of the rank that writes on `board`.
    mutating func judge(_ board: PhaseBoard, at now: Double) -> Verdict {
        guard board.lastSign == sign else {
            if hasWarned { warningSeconds = max(warningSeconds, silence.seconds) }
            hasWarned = false
            sign = board.lastSign
            silence = RunningTime(from: now)
            return .fine
        }
        silence.advance(to: now)
        if silence.seconds > abortSeconds + Self.graceSeconds { return .hanging("\(sentence(board)) and gives up.") }
        guard silence.seconds > warningSeconds, !hasWarned else { return .fine }
        hasWarned = true
        return .slow("\(sentence(board)).")
    }

    private func sentence(_ board: PhaseBoard) -> String {
        "Rank \(rank) has been in \(board.describe(board.place)), for \(tenths(silence.seconds)) s"
    }
}
