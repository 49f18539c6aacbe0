/// A wait that has begun to yield its core: it shows that the rank lives, answers others that wait, warns, and gives up.
///
/// Nothing is sent, and nothing allocated, until it has lasted for a good part of the time after which it warns.
struct LongWait {
    private let operation: Request.Operation
    private let policy: WaitPolicy
    private var time: RunningTime
    private var nextLook: Double
    private var inquiry: StallInquiry?
    private var hasReported = false
    private var abortSeconds: Double?

    /// A wait for `operation` that begins now.
    init(for operation: Request.Operation, under policy: WaitPolicy) {
        self.operation = operation
        self.policy = policy
        time = RunningTime(from: monotonicSeconds())
        abortSeconds = policy.abortSeconds
        nextLook = policy.answerSeconds
    }

    /// Reads the clock, and does what is due.
    /// - Throws: ``CommunicationError/stalled(_:)``, and what the communicator reports.
    mutating func look(over communicator: some Communicator) throws {
        // At every yield: on a crowded core one can take milliseconds, and the deadline must hold there too.
        let now = monotonicSeconds()
        time.advance(to: now)
        policy.board.showSign(at: now)
        guard time.seconds >= nextLook else { return }
        nextLook = time.seconds + policy.answerSeconds / 8
        try readNotes(communicator)
        if let inquiry {
            guard time.seconds >= inquiry.askedAtSeconds + policy.answerSeconds else { return }
            try conclude(inquiry, communicator, now)
        } else if let due = dueSeconds, time.seconds >= due - policy.answerSeconds {
            inquiry = try StallInquiry(over: communicator, waited: time.seconds)
        }
    }

    /// When something is to be said next.
    private var dueSeconds: Double? {
        guard let warning = policy.warningSeconds, !hasReported else { return abortSeconds }
        return min(warning, abortSeconds ?? warning)
    }

    private mutating func readNotes(_ communicator: some Communicator) throws {
        while let note = try communicator.nextNote() {
            inquiry?.take(note)
            if note.answering == nil {
                try communicator.post(ownNote(answering: note.number, communicator), to: note.rank)
            }
        }
    }

    private func ownNote(answering number: Int64?, _ communicator: some Communicator) -> RankNote {
        RankNote(
            rank: communicator.rank, answering: number, place: policy.board.place, operation: operation,
            waitedSeconds: time.seconds, hasReported: hasReported)
    }

    /// Warns or gives up, unless another rank does so for all.
    private mutating func conclude(_ inquiry: StallInquiry, _ communicator: some Communicator, _ now: Double) throws {
        self.inquiry = nil
        let isLeftToOther = inquiry.isLeftToOther(
            rank: communicator.rank, waited: time.seconds, spread: 2 * policy.answerSeconds)
        let report = inquiry.report(
            ownNote(answering: nil, communicator), size: communicator.size, board: policy.board, at: now)
        if let abortSeconds, time.seconds >= abortSeconds {
            guard isLeftToOther, abortSeconds == policy.abortSeconds else { throw CommunicationError.stalled(report) }
            // Its end is this rank's end as well; should it fail at that, this rank is next.
            self.abortSeconds = abortSeconds + 4 * policy.answerSeconds
        } else {
            if !isLeftToOther && !inquiry.hasBeenReported { policy.report("\(report)") }
            hasReported = true
        }
    }
}
