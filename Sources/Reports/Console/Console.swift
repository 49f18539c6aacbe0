import Synchronization

/// Where a run speaks to people: lines, and on a terminal a progress bar below the last of them.
///
/// The clock, the terminal and the output are handed in, so that a test can hold all three. One console may be shared by all who
/// write to the same output.
public final class Console: Sendable {
    /// At most ten redraws a second: more cannot be read and costs the training time.
    private static let secondsBetweenRedraws = 0.1

    /// Whether there is a terminal to draw a bar on. Known from the start: it is asked for in every step, and the answer takes
    /// several system calls.
    public let showsBar: Bool

    private let columns: @Sendable () -> Int?
    private let write: @Sendable (String) -> Void
    private let bar = Mutex(Bar())

    private struct Bar {
        var lastRedraw = -Double.infinity
        var isDrawn = false
    }

    /// - Parameters:
    ///   - columns: The terminal's present width; nil when the output is not a terminal, and then no bar is ever drawn.
    ///   - write: Takes text for the output.
    public init(columns: @escaping @Sendable () -> Int?, write: @escaping @Sendable (String) -> Void) {
        self.columns = columns
        self.write = write
        showsBar = columns() != nil
    }

    /// A console on standard output.
    public static var standardOutput: Console {
        Console(columns: Terminal.columns, write: Terminal.write)
    }

    /// Redraws the bar, unless it was drawn less than a tenth of a second before `seconds`, a time of any steady clock. The
    /// last step of an epoch is always drawn.
    public func show(_ progress: EpochProgress, at seconds: Double) {
        bar.withLock { bar in
            let due = seconds - bar.lastRedraw >= Self.secondsBetweenRedraws || progress.step == progress.steps
            guard due, let width = columns() else { return }
            bar = Bar(lastRedraw: seconds, isDrawn: true)
            write(Self.clearLine + ProgressBar.line(progress, width: width))
        }
    }

    /// Writes `line` in the place of the bar, which comes back below it when next shown.
    public func print(_ line: String) {
        bar.withLock { bar in
            write((bar.isDrawn ? Self.clearLine : "") + line + "\n")
            bar.isDrawn = false
        }
    }

    /// Takes the bar away, so that other output starts on an empty line.
    public func clear() {
        bar.withLock { bar in
            guard bar.isDrawn else { return }
            write(Self.clearLine)
            bar.isDrawn = false
        }
    }

    /// To the first column, then erase the line (ECMA-48, EL 2).
    private static let clearLine = "\r\u{1B}[2K"
}
