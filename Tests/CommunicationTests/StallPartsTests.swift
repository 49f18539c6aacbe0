import Testing

@testable import Communication

@Suite struct StallPartsTests {
    @Test(arguments: [
        RankPlace(), RankPlace(step: 12, phase: 3), RankPlace(step: 1 << 39, phase: 255, bucket: 0),
        RankPlace(step: 7, phase: 5, bucket: 65_534),
    ])
    func place_inBits_isKept(place: RankPlace) {
        #expect(RankPlace(bits: place.bits) == place)
    }

    @Test func board_place_isNamed() {
        let board = PhaseBoard(phaseNames: ["set-up", "communication"])
        #expect(board.describe(board.place) == "set-up")
        board.enter(RankPlace(step: 12, phase: 1, bucket: 3), at: 1)
        #expect(board.describe(board.place) == "step 12, communication of bucket 3")
        #expect(board.lastSign == 1)
        board.note(bucket: 4)
        #expect(board.describe(board.place) == "step 12, communication of bucket 4")
        #expect(board.describe(RankPlace(step: 1, phase: 9)) == "step 1, phase 9")
    }

    @Test func board_afterAMeeting_knowsWhereItWas() {
        let board = PhaseBoard()
        #expect(board.lastMeeting == nil)
        board.enter(RankPlace(step: 4, phase: 5), at: 1)
        board.meet(in: .allGather, at: 2)
        board.enter(RankPlace(step: 5, phase: 1), at: 3)
        let meeting = board.lastMeeting
        #expect(meeting?.seconds == 2 && meeting?.place == RankPlace(step: 4, phase: 5))
        #expect(meeting?.operation == .allGather)
    }

    @Test func note_onTheWire_isKept() {
        let question = RankNote(rank: 3, number: 77)
        var answer = RankNote(rank: 1, answering: -5, place: RankPlace(step: 9, phase: 2, bucket: 1))
        (answer.operation, answer.waitedSeconds, answer.hasReported) = (.allToAll, 12.345, true)
        for note in [question, answer] {
            var words = [Int64](repeating: 0, count: RankNote.wordCount)
            words.withUnsafeMutableBufferPointer { note.write(into: $0) }
            #expect(words.withUnsafeBufferPointer { RankNote($0) } == note)
        }
    }

    @Test func runningTime_ofAProcessThatWasStopped_leavesThePauseOut() {
        var time = RunningTime(from: 10)
        time.advance(to: 11)
        time.advance(to: 3611)
        time.advance(to: 3612)
        #expect(time.seconds < 5 && time.seconds >= 2)
    }
}
