import Testing

@testable import Reports

struct ConsoleTests {
    /// What a console wrote, and a terminal whose width a test may change.
    private final class Output: @unchecked Sendable {
        var columns: Int?
        var pieces: [String] = []

        init(columns: Int?) { self.columns = columns }

        var console: Console { Console(columns: { self.columns }, write: { self.pieces.append($0) }) }
    }

    private let clear = "\r\u{1B}[2K"

    private func progress(_ step: Int) -> EpochProgress {
        EpochProgress(
            epoch: 1, epochs: 2, step: step, steps: 9, loss: 0.5, imagesPerSecond: 100, remainingSeconds: nil)
    }

    @Test func show_onATerminal_redrawsAtMostTenTimesASecond() {
        let output = Output(columns: 20)
        let console = output.console
        for (step, seconds) in [(1, 5.0), (2, 5.05), (3, 5.0625), (4, 5.125), (5, 5.2), (6, 5.25)] {
            console.show(progress(step), at: seconds)
        }
        #expect(output.pieces == [1, 4, 6].map { clear + "epoch 1/2  \($0)/9" })
    }

    @Test func show_ofTheLastStep_isDrawnAtOnce() {
        let output = Output(columns: 20)
        let console = output.console
        console.show(progress(8), at: 5)
        console.show(progress(9), at: 5.001)
        #expect(output.pieces.last == clear + "epoch 1/2  9/9")
    }

    @Test func show_onAResizedTerminal_takesTheNewWidth() {
        let output = Output(columns: 20)
        let console = output.console
        console.show(progress(1), at: 5)
        output.columns = 9
        console.show(progress(2), at: 6)
        #expect(output.pieces.last == clear + "epoch 1/2")
    }

    @Test func show_withoutATerminal_writesNothing() {
        let output = Output(columns: nil)
        let console = output.console
        console.show(progress(1), at: 5)
        console.show(progress(9), at: 6)
        console.clear()
        #expect(output.pieces.isEmpty)
    }

    @Test func print_withoutATerminal_writesPlainLines() {
        let output = Output(columns: nil)
        let console = output.console
        console.show(progress(1), at: 5)
        console.print("a line")
        console.print("another")
        #expect(output.pieces == ["a line\n", "another\n"])
    }

    @Test func print_overABar_erasesItOnce() {
        let output = Output(columns: 20)
        let console = output.console
        console.show(progress(1), at: 5)
        console.print("a line")
        console.print("another")
        console.clear()
        #expect(output.pieces.dropFirst() == [clear + "a line\n", "another\n"])
    }

    @Test func clear_afterABar_leavesAnEmptyLine() {
        let output = Output(columns: 20)
        let console = output.console
        console.show(progress(1), at: 5)
        console.clear()
        console.clear()
        #expect(output.pieces.dropFirst() == [clear])
    }
}
