/// Where a run speaks to people: lines, and on a terminal a progress bar below the last of them.
///
/// The clock, the terminal and the output are handed in, so that a test can hold all three.
public struct Console {
    /// At most ten redraws a second: more cannot be read and costs the training time.
    private static let secondsBetweenRedraws = 0.1

    private let columns: () -> Int?
    private let write: (String) -> Void
    private var lastRedraw = -Double.infinity
    private var barIsDrawn = false

    /// - Parameters:
    ///   - columns: The terminal's present width; nil when the output is not a terminal, and then no bar is ever drawn.
    ///   - write: Takes text for the output.
    public init(columns: @escaping () -> Int?, write: @escaping (String) -> Void) {
        self.columns = columns
        self.write = write
    }

    /// A console on standard output.
    public static var standardOutput: Console {
        Console(columns: Terminal.columns, write: Terminal.write)
    }

    /// Redraws the bar, unless it was drawn less than a tenth of a second before `seconds`, a time of any steady clock. The
    /// last step of an epoch is always drawn.
    public mutating func show(_ progress: EpochProgress, at seconds: Double) {
        let due = seconds - lastRedraw >= Self.secondsBetweenRedraws || progress.step == progress.steps
        guard due, let width = columns() else { return }
        lastRedraw = seconds
        barIsDrawn = true
        write(Self.clearLine + ProgressBar.line(progress, width: width))
    }

    /// Writes `line` in the place of the bar, which comes back below it when next shown.
    public mutating func print(_ line: String) {
        write((barIsDrawn ? Self.clearLine : "") + line + "\n")
        barIsDrawn = false
    }

    /// Takes the bar away, so that other output starts on an empty line.
    public mutating func clear() {
        guard barIsDrawn else { return }
        write(Self.clearLine)
        barIsDrawn = false
    }

    /// To the first column, then erase the line (ECMA-48, EL 2).
    private static let clearLine = "\r\u{1B}[2K"
}
