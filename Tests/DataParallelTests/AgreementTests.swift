import Communication
import DataParallel
import Testing

@Suite struct AgreementTests {
    /// What each rank says after the ranks compared `values`, one of each rank, as "colour".
    private func disagreements(_ values: [String]) throws -> [String?] {
        try ThreadCommunicator.run(size: values.count) { communicator in
            do {
                try Agreement.check(
                    [("size", "4"), ("colour", values[communicator.rank])], over: communicator)
                return nil
            } catch let error as DisagreementError {
                return error.description
            }
        }
    }

    @Test func check_allHaveTheSame_passes() throws {
        #expect(try disagreements(["a\nb", "a\nb", "a\nb"]) == [nil, nil, nil])
    }

    @Test func check_oneRankDiffers_isNamedWithTheFirstLineThatDiffersOnAllRanks() throws {
        let text = "The ranks disagree about the colour: rank 0 has 'seed: 1', rank 2 has 'seed: 2'."
        let mine = "name: x\n  seed: 1\nrest: 0"
        #expect(
            try disagreements([mine, mine, "name: x\n  seed: 2\nrest: 9"]) == Array(repeating: text, count: 3))
    }

    @Test func check_oneTextIsLonger_saysThatTheOtherHasNothingMore() throws {
        let text = "The ranks disagree about the colour: rank 0 has nothing more, rank 1 has 'b'."
        #expect(try disagreements(["a", "a\nb"]) == [text, text])
    }

    @Test func check_rankZeroDiffersFromAllOthers_namesTheFirstOther() throws {
        let text = "The ranks disagree about the colour: rank 0 has 'red', rank 1 has 'blue'."
        #expect(try disagreements(["red", "blue", "blue"]) == Array(repeating: text, count: 3))
    }

    @Test func error_ofAnUnexpectedWorldSize_namesBothNumbers() {
        #expect(
            "\(DisagreementError(expectedWorldSize: 4, size: 1))".hasPrefix(
                "4 ranks were expected, but this job has 1"))
    }
}
