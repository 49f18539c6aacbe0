import Foundation

/// Numbers as people read them, in ASCII and in widths that line up.
enum Readable {
    /// `0.5123`, or `5.12e-05` where four decimals would show nothing or too much.
    static func loss(_ value: Double) -> String {
        // C would print the sign of NaN.
        guard !value.isNaN else { return "nan" }
        let magnitude = abs(value)
        let plain = magnitude == 0 || (0.001..<10_000).contains(magnitude) || !value.isFinite
        return String(format: plain ? "%.4f" : "%.2e", value)
    }

    /// A share of 0 to 1 as `82.31 %`.
    static func percent(_ share: Double) -> String {
        share.isNaN ? "nan" : String(format: "%.2f %%", share * 100)
    }

    /// Three significant digits: `1.62 M images/s`, `43.1 k images/s`, `   980 images/s`.
    static func imagesPerSecond(_ rate: Double) -> String {
        guard rate.isFinite else { return "     - images/s" }
        let (scaled, unit) =
            switch rate {
            // The limits are where three digits round up to the next unit.
            case 999_500...: (rate / 1_000_000, " M")
            case 999.5...: (rate / 1_000, " k")
            default: (rate, "")
            }
        let digits = unit.isEmpty ? 0 : scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0
        return padded(String(format: "%.\(digits)f", scaled) + unit, to: 6) + " images/s"
    }

    /// `0.4 s` below a minute, then `2:05` or `1:02:05`.
    static func duration(_ seconds: Double) -> String {
        seconds < 60 ? String(format: "%.1f s", seconds) : clock(seconds)
    }

    /// `0:04`, `2:05`, `1:02:05`; rounds up, so that the end is not promised too early.
    static func clock(_ seconds: Double) -> String {
        guard let whole = Int(exactly: seconds.rounded(.up)), whole >= 0 else { return "-:--" }
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        return hours > 0
            ? String(format: "%d:%02d:%02d", hours, minutes, rest) : String(format: "%d:%02d", minutes, rest)
    }

    /// ` 3/10`: as wide for the first as for the last.
    static func count(_ done: Int, of total: Int) -> String {
        padded("\(done)", to: "\(total)".count) + "/\(total)"
    }

    private static func padded(_ text: String, to width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
