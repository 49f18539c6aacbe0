import Communication
import Glibc

extension Requirement {
    /// What holds for the notes that ranks send beside the collective operations.
    static let notes = [
        Requirement("notes_toAllOtherRanks_arriveOnceEach") { communicator, findings in
            let others = (0..<communicator.size).filter { $0 != communicator.rank }
            // A collective that is under way must not be met by them.
            let barrier = try communicator.startBarrier()
            for rank in others { try communicator.post(RankNote(rank: communicator.rank), to: rank) }
            var senders: [Int] = []
            while senders.count < others.count {
                if let note = try communicator.nextNote() { senders.append(note.rank) } else { sched_yield() }
            }
            try communicator.wait(barrier)
            findings.expect(senders.sorted(), equals: others, "the ranks that sent a note")
            findings.expect(try communicator.nextNote(), equals: nil, "a note that nobody sent")
        },
        Requirement("notes_thatNobodyReads_areNoObstacle") { communicator, _ in
            for rank in 0..<communicator.size where rank != communicator.rank {
                for _ in 0..<100 { try communicator.post(RankNote(rank: communicator.rank), to: rank) }
            }
        },
    ]
}
