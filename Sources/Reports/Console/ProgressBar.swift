/// The running epoch as one line: `epoch 3/10 [=====>    ] 120/235  loss 0.5123  1.62 M images/s  ETA 0:04`.
public enum ProgressBar {
    private static let bars = 8...40

    /// The line for a terminal of `width` columns, never wider.
    ///
    /// The bar takes what room is left; where it gets too short it goes first, then the parts from the right.
    public static func line(_ progress: EpochProgress, width: Int) -> String {
        let head = "epoch " + Readable.count(progress.epoch, of: progress.epochs)
        var parts = [
            Readable.count(progress.step, of: progress.steps),
            "loss " + Readable.loss(progress.loss),
            Readable.imagesPerSecond(progress.imagesPerSecond),
        ]
        if let seconds = progress.remainingSeconds { parts.append("ETA " + Readable.clock(seconds)) }

        let room = width - (head + "  " + parts.joined(separator: "  ")).count
        if room >= bars.lowerBound {
            return "\(head) \(bar(progress, width: min(room, bars.upperBound))) " + parts.joined(separator: "  ")
        }
        parts.insert(head, at: 0)
        while parts.count > 1, parts.joined(separator: "  ").count > width { parts.removeLast() }
        return String(parts.joined(separator: "  ").prefix(max(0, width)))
    }

    /// `width` columns, brackets included: `[===>   ]`.
    private static func bar(_ progress: EpochProgress, width: Int) -> String {
        let inner = width - 2
        let share = progress.steps > 0 ? Double(progress.step) / Double(progress.steps) : 0
        let filled = Int((min(max(share, 0), 1) * Double(inner)).rounded(.down))
        let tip = filled < inner ? ">" : ""
        let empty = String(repeating: " ", count: inner - filled - tip.count)
        return "[" + String(repeating: "=", count: filled) + tip + empty + "]"
    }
}
