/// A question that a waiting rank has put to all others, and what they answered.
struct StallInquiry {
    /// Unique among this rank's questions.
    let number: Int64

    /// How long the rank had waited when it asked.
    let askedAtSeconds: Double

    private(set) var answers: [RankNote] = []

    /// Asks all ranks of `communicator`.
    init(over communicator: some Communicator, waited seconds: Double) throws {
        number = Int64(monotonicSeconds() * 1e9)
        askedAtSeconds = seconds
        let question = RankNote(rank: communicator.rank, number: number)
        for rank in 0..<communicator.size where rank != communicator.rank {
            try communicator.post(question, to: rank)
        }
    }

    /// Takes `note` if it answers this question; older answers say nothing of now.
    mutating func take(_ note: RankNote) {
        if note.answering == number { answers.append(note) }
    }

    /// Whether a lower rank that answered comes to the same end at about the same time as rank `rank`, which has waited `seconds`: of
    /// ranks that began to wait within `spread` seconds of each other, only the first speaks.
    func isLeftToOther(rank: Int, waited seconds: Double, spread: Double) -> Bool {
        answers.contains { $0.rank < rank && $0.waitedSeconds > seconds - spread }
    }

    /// Whether a rank that answered has warned already.
    var hasBeenReported: Bool { answers.contains(where: \.hasReported) }

    /// The report of `own`, the note that the asking rank would answer with.
    func report(_ own: RankNote, size: Int, board: PhaseBoard, at now: Double) -> StallReport {
        let silent = (0..<size).filter { rank in rank != own.rank && !answers.contains { $0.rank == rank } }
        let meeting = board.lastMeeting.map {
            StallReport.LastKnown(place: board.describe($0.place, $0.operation), secondsAgo: now - $0.seconds)
        }
        return StallReport(
            rank: own.rank, seconds: own.waitedSeconds, place: board.describe(own.place, own.operation),
            waiting: groups(board), silentRanks: silent, lastKnown: meeting)
    }

    private func groups(_ board: PhaseBoard) -> [StallReport.Waiting] {
        var groups: [(place: String, notes: [RankNote])] = []
        for note in answers.sorted(by: { $0.rank < $1.rank }) {
            let place = board.describe(note.place, note.operation)
            if let index = groups.firstIndex(where: { $0.place == place }) {
                groups[index].notes.append(note)
            } else {
                groups.append((place, [note]))
            }
        }
        return groups.map { group in
            StallReport.Waiting(
                ranks: group.notes.map(\.rank), place: group.place,
                seconds: group.notes.reduce(0) { max($0, $1.waitedSeconds) })
        }
    }
}

extension PhaseBoard {
    /// Such as "step 12, waiting (barrier)".
    fileprivate func describe(_ place: RankPlace, _ operation: Request.Operation) -> String {
        "\(describe(place)) (\(operation.rawValue))"
    }
}
